package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.tokenizer.TokenizerBuilder.Inputs;
import io.sinter.tokenizer.TokenizerBuilder.Pipeline;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** BERT's tokenizers: words at white space and punctuation, then the longest pieces of the vocabulary. */
final class WordPieceTokenizers {

    private static final String PREFIX = "##";
    private static final int MAX_CHARACTERS_OF_A_WORD = 100;

    /** Of a vocabulary of lower-case text fewer tokens than one in this many have capitals (Chinese BERT's: 2 of 21128). */
    private static final int CASED_SHARE = 100;

    private WordPieceTokenizers() {}

    static Pipeline pipeline(Inputs inputs) {
        ObjectNode model = Components.part("WordPiece");
        String unknown = inputs.special().required("unk");
        if (!inputs.units().ids().containsKey(unknown)) {
            throw new MalformedException("%s: unk_token \"%s\" is not in %s"
                    .formatted(inputs.files().folder(), unknown, TokenizerFiles.LINES));
        }
        model.put("unk_token", unknown)
                .put("continuing_subword_prefix", PREFIX)
                .put("max_input_chars_per_word", MAX_CHARACTERS_OF_A_WORD)
                .set("vocab", inputs.vocabulary());
        return new Pipeline(
                normalizer(inputs),
                Components.part("BertPreTokenizer"),
                model,
                template(inputs),
                Components.part("WordPiece").put("prefix", PREFIX).put("cleanup", true));
    }

    /** Without {@code do_basic_tokenize} text is cleaned and nothing else. */
    private static JsonNode normalizer(Inputs inputs) {
        TokenizerFiles files = inputs.files();
        boolean basic = files.flag("do_basic_tokenize", true);
        boolean lowercase =
                basic && files.flag("do_lower_case", !isCased(inputs.units().ids()));
        boolean chinese = basic && files.flag("tokenize_chinese_chars", true);
        JsonNode accents = files.config().path("strip_accents").isBoolean()
                ? BooleanNode.valueOf(files.flag("strip_accents", false))
                : NullNode.getInstance();
        ObjectNode normalizer =
                Components.part("BertNormalizer").put("clean_text", true).put("handle_chinese_chars", chinese);
        normalizer.set("strip_accents", basic ? accents : BooleanNode.FALSE);
        return normalizer.put("lowercase", lowercase);
    }

    /**
     * Whether tokens have capitals that a lower-case text could never have. Only where the configuration does not say:
     * there Hugging Face's classes take the text as lower case, with which such a vocabulary is of no use.
     */
    private static boolean isCased(Map<String, Integer> ids) {
        long capitals = ids.keySet().stream()
                .filter(t -> !t.startsWith("[") && !t.startsWith("<"))
                .filter(t -> t.codePoints().anyMatch(Character::isUpperCase))
                .count();
        return capitals * CASED_SHARE > ids.size();
    }

    private static ObjectNode template(Inputs inputs) {
        return switch (inputs.family()) {
            case FUNNEL -> inputs.template("cls:2 A:0 sep:0", "cls:2 A:0 sep:0 B:1 sep:1", "cls", "sep");
            case MPNET -> inputs.template("cls:0 A:0 sep:0", "cls:0 A:0 sep:0 sep:0 B:0 sep:0", "cls", "sep");
            default -> inputs.template("cls:0 A:0 sep:0", "cls:0 A:0 sep:0 B:1 sep:1", "cls", "sep");
        };
    }
}
