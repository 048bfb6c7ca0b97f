package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.tokenizer.SentencePieceModel.Piece;
import io.sinter.tokenizer.TokenizerBuilder.Inputs;
import io.sinter.tokenizer.TokenizerBuilder.Pipeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tokenizers by a SentencePiece model, as Hugging Face's conversion makes them of the file. */
final class SentencePieceTokenizers {

    /** SentencePiece's sign for a space. */
    private static final String SPACE = "\u2581";

    private static final String SPACES = " {2,}";
    private static final int NUMBER_WITH_COMMA = 100;

    private SentencePieceTokenizers() {}

    /** The pieces of a file in the order of the model's ids, which several classes change. */
    static List<Piece> vocabulary(SentencePieceModel model, TokenizerFiles files, TokenizerFamily family) {
        List<Piece> file = model.pieces();
        List<Piece> pieces = new ArrayList<>();
        switch (family) {
            case XLM_ROBERTA -> {
                List.of("<s>", "<pad>", "</s>", "<unk>").forEach(t -> pieces.add(Piece.added(t)));
                pieces.addAll(file.subList(Math.min(3, file.size()), file.size()));
                pieces.add(Piece.added("<mask>"));
            }
            case CAMEMBERT -> {
                List.of("<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>").forEach(t -> pieces.add(Piece.added(t)));
                pieces.add(new Piece("<unk>NOTUSED", -NUMBER_WITH_COMMA, 3));
                pieces.addAll(file.subList(1, file.size()));
                pieces.add(Piece.added("<mask>"));
            }
            case T5 -> {
                pieces.addAll(file);
                int extra = files.config().path("extra_ids").asInt(100);
                IntStream.range(0, extra)
                        .map(i -> extra - 1 - i)
                        .forEach(i -> pieces.add(Piece.added("<extra_id_" + i + ">")));
            }
            case ALBERT ->
                file.forEach(p -> pieces.add(
                        isNumberWithComma(p.text())
                                ? new Piece(p.text(), p.score() - NUMBER_WITH_COMMA, p.type())
                                : p));
            case DEBERTA_V2, LLAMA -> pieces.addAll(file);
            case BERT, FUNNEL, MPNET, GPT2, ROBERTA, DEBERTA, MODERNBERT, CLIP, QWEN2 ->
                throw new IllegalArgumentException(family + " has no SentencePiece model");
        }
        return pieces;
    }

    /**
     * The merges that a BPE model's scores stand for: every way to put a piece together from two others, the best piece
     * first, and of one piece the longest first part.
     */
    static List<List<String>> merges(List<Piece> pieces, Map<String, Integer> ids) {
        record Merge(String left, String right, float score) {}
        List<Merge> merges = new ArrayList<>();
        for (Piece piece : pieces) {
            String text = piece.text();
            List<Merge> local = new ArrayList<>();
            for (int at = text.offsetByCodePoints(0, 1); at < text.length(); at = text.offsetByCodePoints(at, 1)) {
                Merge merge = new Merge(text.substring(0, at), text.substring(at), piece.score());
                if (ids.containsKey(merge.left) && ids.containsKey(merge.right)) {
                    local.add(merge);
                }
            }
            local.sort(Comparator.comparing((Merge m) -> ids.get(m.left)).thenComparing(m -> ids.get(m.right)));
            merges.addAll(local);
        }
        merges.sort(Comparator.comparingDouble((Merge m) -> -m.score)
                .thenComparingInt(m -> -m.left.codePointCount(0, m.left.length()))
                .thenComparingInt(m -> -m.right.codePointCount(0, m.right.length())));
        return merges.stream().map(m -> List.of(m.left, m.right)).toList();
    }

    /** A pipeline of the most probable pieces. */
    static Pipeline pipeline(Inputs inputs, SentencePieceModel model, List<Piece> pieces) {
        if (model.algorithm() != SentencePieceModel.Algorithm.UNIGRAM) {
            throw new MalformedException("%s: a %s of BPE, expected one of unigrams"
                    .formatted(inputs.files().folder(), inputs.family().className()));
        }
        ObjectNode unigram = Components.part("Unigram").put("unk_id", unknownId(inputs, model));
        ArrayNode vocabulary = unigram.putArray("vocab");
        pieces.forEach(p -> vocabulary.addArray().add(p.text()).add((double) p.score()));
        unigram.put("byte_fallback", false);
        return new Pipeline(normalizer(inputs, model), words(inputs), unigram, ends(inputs), metaspace("always"));
    }

    private static int unknownId(Inputs inputs, SentencePieceModel model) {
        return switch (inputs.family()) {
            case XLM_ROBERTA, CAMEMBERT -> inputs.units().ids().getOrDefault("<unk>", 3);
            default -> model.unknownId();
        };
    }

    private static JsonNode normalizer(Inputs inputs, SentencePieceModel model) {
        TokenizerFiles files = inputs.files();
        List<JsonNode> steps = new ArrayList<>();
        List<JsonNode> map = model.charsMap()
                .map(m -> List.<JsonNode>of(Components.part("Precompiled").put("precompiled_charsmap", m)))
                .orElse(List.of());
        switch (inputs.family()) {
            case ALBERT -> {
                steps.add(Components.replace("``", "\""));
                steps.add(Components.replace("''", "\""));
                if (!files.flag("keep_accents", false)) {
                    steps.add(Components.part("NFKD"));
                    steps.add(Components.part("StripAccents"));
                }
                if (files.flag("do_lower_case", true)) {
                    steps.add(Components.part("Lowercase"));
                }
                steps.addAll(map);
                steps.add(Components.replaceMatches(SPACES, " "));
            }
            case DEBERTA_V2 -> {
                if (files.flag("do_lower_case", false)) {
                    steps.add(Components.part("Lowercase"));
                }
                steps.add(strip(true));
                steps.addAll(map);
                steps.add(Components.replaceMatches(SPACES, " "));
            }
            default -> {
                steps.addAll(map);
                steps.add(strip(false));
                steps.add(Components.replaceMatches(SPACES, SPACE));
            }
        }
        return Components.sequence("normalizers", steps.toArray(JsonNode[]::new));
    }

    private static JsonNode words(Inputs inputs) {
        ObjectNode metaspace = metaspace("always");
        return switch (inputs.family()) {
            case ALBERT -> Components.sequence("pretokenizers", Components.part("WhitespaceSplit"), metaspace);
            case DEBERTA_V2 ->
                inputs.files().flag("split_by_punct", false)
                        ? Components.sequence(
                                "pretokenizers", Components.part("Punctuation").put("behavior", "Isolated"), metaspace)
                        : metaspace;
            default -> metaspace;
        };
    }

    private static JsonNode ends(Inputs inputs) {
        return switch (inputs.family()) {
            case T5 -> inputs.template("A:0 eos:0", "A:0 eos:0 B:0 eos:0", "eos");
            case XLM_ROBERTA, CAMEMBERT ->
                inputs.template("cls:0 A:0 sep:0", "cls:0 A:0 sep:0 sep:0 B:0 sep:0", "cls", "sep");
            default -> inputs.template("cls:0 A:0 sep:0", "cls:0 A:0 sep:0 B:1 sep:1", "cls", "sep");
        };
    }

    private static ObjectNode strip(boolean left) {
        return Components.part("Strip").put("strip_left", left).put("strip_right", true);
    }

    private static ObjectNode metaspace(String scheme) {
        return Components.part("Metaspace")
                .put("replacement", SPACE)
                .put("prepend_scheme", scheme)
                .put("split", true);
    }

    /** Such as {@code 9,}: ALBERT's class never takes these pieces, so that digits are cut from commas. */
    private static boolean isNumberWithComma(String piece) {
        int comma = piece.length() - 1;
        return comma >= 1 && piece.charAt(comma) == ',' && Character.isDigit(piece.charAt(comma - 1));
    }
}
