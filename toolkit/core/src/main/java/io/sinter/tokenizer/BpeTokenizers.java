package io.sinter.tokenizer;

import io.sinter.tokenizer.TokenizerBuilder.Inputs;
import io.sinter.tokenizer.TokenizerBuilder.Pipeline;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokenizers by byte-pair encoding: words at their class's regular expression, then pairs merged in the order of
 * {@code merges.txt}.
 */
final class BpeTokenizers {

    private static final String CLIP_WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
    private static final String QWEN_WORDS =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /** CLIP's class reads no more merges, whatever the file holds: 49152 tokens less 256 bytes and two special tokens. */
    private static final int CLIP_MERGES = 49_152 - 256 - 2;

    /** SentencePiece's sign for a space. */
    private static final String SPACE = "\u2581";

    private BpeTokenizers() {}

    static Pipeline pipeline(Inputs inputs) {
        boolean prefixSpace = inputs.files().flag("add_prefix_space", false);
        ObjectNode words = Components.byteLevel(prefixSpace, true, true);
        return switch (inputs.family()) {
            case GPT2 -> byteLevel(inputs, none(), words, endsOr(inputs, ignoredOffsets()));
            case ROBERTA ->
                byteLevel(
                        inputs,
                        none(),
                        words,
                        roberta(inputs).put("trim_offsets", true).put("add_prefix_space", prefixSpace));
            case DEBERTA ->
                byteLevel(
                        inputs,
                        none(),
                        words,
                        inputs.template("cls:0 A:0 sep:0", "cls:0 A:0 sep:0 B:1 sep:1", "cls", "sep"));
            case MODERNBERT ->
                byteLevel(
                        inputs,
                        Components.part("NFC"),
                        words,
                        inputs.template("cls:0 A:0 sep:0", "cls:0 A:0 sep:0 B:0 sep:0", "cls", "sep"));
            case QWEN2 ->
                byteLevel(inputs, Components.part("NFC"), qwenWords(prefixSpace), endsOr(inputs, ignoredOffsets()));
            case CLIP -> clip(inputs);
            case LLAMA -> llama(inputs);
            default -> throw new IllegalArgumentException(inputs.family() + " has no merges");
        };
    }

    private static Pipeline byteLevel(Inputs inputs, JsonNode normalizer, JsonNode words, JsonNode ends) {
        ObjectNode model = model(inputs, merges(inputs));
        return new Pipeline(normalizer, words, model, ends, Components.byteLevelDecoder());
    }

    private static Pipeline clip(Inputs inputs) {
        List<List<String>> merges = merges(inputs);
        ObjectNode model = model(inputs, merges.subList(0, Math.min(merges.size(), CLIP_MERGES)));
        model.put("unk_token", inputs.special().required("unk")).put("end_of_word_suffix", "</w>");
        JsonNode normalizer = Components.sequence(
                "normalizers",
                Components.part("NFC"),
                Components.replaceMatches("\\s+", " "),
                Components.part("Lowercase"));
        JsonNode words = Components.sequence(
                "pretokenizers",
                Components.split(CLIP_WORDS, "Removed", true),
                Components.byteLevel(false, true, true));
        JsonNode ends = Components.robertaProcessing(
                        inputs.special().required("bos"), inputs.special().required("eos"), inputs.added())
                .put("trim_offsets", false)
                .put("add_prefix_space", false);
        return new Pipeline(normalizer, words, model, ends, Components.byteLevelDecoder());
    }

    /** With {@code legacy}, which is the default, a space goes before every part of a text between added tokens. */
    private static Pipeline llama(Inputs inputs) {
        boolean prefixSpace = inputs.files().flag("add_prefix_space", true);
        boolean legacy = inputs.files().flag("legacy", true);
        ObjectNode model = model(inputs, merges(inputs));
        model.put("unk_token", inputs.special().required("unk"))
                .put("fuse_unk", true)
                .put("byte_fallback", true);
        ObjectNode spaces = Components.replace(" ", SPACE);
        ObjectNode prepend = Components.part("Prepend").put("prepend", SPACE);
        JsonNode normalizer = prefixSpace
                ? Components.sequence("normalizers", prepend, spaces)
                : Components.sequence("normalizers", spaces);
        ObjectNode metaspace = Components.part("Metaspace")
                .put("replacement", SPACE)
                .put("prepend_scheme", prefixSpace ? "first" : "never")
                .put("split", false);
        return new Pipeline(
                legacy ? normalizer : none(),
                legacy ? none() : metaspace,
                model,
                endsOr(inputs, none()),
                llamaDecoder(prefixSpace));
    }

    private static JsonNode llamaDecoder(boolean prefixSpace) {
        List<JsonNode> steps = new ArrayList<>(
                List.of(Components.replace(SPACE, " "), Components.part("ByteFallback"), Components.part("Fuse")));
        if (prefixSpace) {
            steps.add(
                    Components.part("Strip").put("content", " ").put("start", 1).put("stop", 0));
        }
        return Components.sequence("decoders", steps.toArray(JsonNode[]::new));
    }

    private static ObjectNode model(Inputs inputs, List<List<String>> merges) {
        ObjectNode model = Components.part("BPE")
                .putNull("dropout")
                .putNull("unk_token")
                .putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix")
                .put("fuse_unk", false)
                .put("byte_fallback", false)
                .put("ignore_merges", false);
        model.set("vocab", inputs.vocabulary());
        ArrayNode list = model.putArray("merges");
        merges.forEach(pair -> list.addArray().add(pair.get(0)).add(pair.get(1)));
        return model;
    }

    private static List<List<String>> merges(Inputs inputs) {
        return switch (inputs.units()) {
            case Units.Words words -> List.of();
            case Units.Merges units -> units.merges();
            case Units.Pieces units -> SentencePieceTokenizers.merges(units.pieces(), units.ids());
        };
    }

    private static JsonNode qwenWords(boolean prefixSpace) {
        return Components.sequence(
                "pretokenizers",
                Components.split(QWEN_WORDS, "Isolated", false),
                Components.byteLevel(prefixSpace, true, false));
    }

    private static ObjectNode roberta(Inputs inputs) {
        return Components.robertaProcessing(
                inputs.special().required("cls"), inputs.special().required("sep"), inputs.added());
    }

    /** {@code add_bos_token} and {@code add_eos_token} put these around each text; where neither does, {@code otherwise}. */
    private static JsonNode endsOr(Inputs inputs, JsonNode otherwise) {
        boolean llama = inputs.family() == TokenizerFamily.LLAMA;
        boolean bos = inputs.files().flag("add_bos_token", llama);
        boolean eos = inputs.files().flag("add_eos_token", false);
        if (!bos && !eos) {
            return otherwise;
        }
        List<String> roles = new ArrayList<>();
        if (bos) {
            roles.add("bos");
        }
        if (eos) {
            roles.add("eos");
        }
        String single = (bos ? "bos:0 " : "") + "A:0" + (eos ? " eos:0" : "");
        boolean again = bos && inputs.family() != TokenizerFamily.GPT2;
        String second = (again ? " bos:1" : "") + " B:1" + (eos ? " eos:1" : "");
        return inputs.template(single, single + second, roles.toArray(String[]::new));
    }

    /** What the classes have where they add nothing: it changes neither tokens nor offsets. */
    private static JsonNode ignoredOffsets() {
        return Components.byteLevel(true, false, true);
    }

    private static JsonNode none() {
        return NullNode.getInstance();
    }
}
