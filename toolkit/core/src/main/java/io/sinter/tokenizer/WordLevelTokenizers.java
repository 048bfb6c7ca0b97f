package io.sinter.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokenizers of lists of words.
 *
 * @param json what the {@code tokenizer.json} holds
 * @param note what a user should know
 */
record WordLevelTokenizers(ObjectNode json, String note) {

    /** What stands for unknown words where no word does. */
    private static final String UNKNOWN = "[UNK]";

    static WordLevelTokenizers of(Vocabulary words) {
        Optional<String> own = unknown(words);
        String unknown = own.orElse(UNKNOWN);
        int unknownId = words.id(unknown).orElse(words.rowsNeeded());
        boolean lowercase = words.ids().keySet().stream().noneMatch(WordLevelTokenizers::hasCapitals);
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        root.set("added_tokens", added(unknown, unknownId));
        if (lowercase) {
            root.set("normalizer", Components.part("Lowercase"));
        } else {
            root.putNull("normalizer");
        }
        root.set("pre_tokenizer", Components.part("BertPreTokenizer"));
        root.putNull("post_processor").putNull("decoder");
        ObjectNode model = Components.part("WordLevel");
        ObjectNode vocabulary = model.putObject("vocab");
        words.ids().forEach(vocabulary::put);
        vocabulary.put(unknown, unknownId);
        root.set("model", model.put("unk_token", unknown));
        List<String> note = new ArrayList<>();
        note.add("tokenizer.json is made of a list of words: texts are %scut at white space and punctuation"
                .formatted(lowercase ? "put in lower case, as all words are, and " : ""));
        note.add(
                own.isPresent()
                        ? "what is no word is \"%s\"".formatted(unknown)
                        : "what is no word is %s, id %d, a row of zeros behind the words"
                                .formatted(unknown, unknownId));
        return new WordLevelTokenizers(root, String.join("; ", note));
    }

    private static Optional<String> unknown(Vocabulary words) {
        OptionalInt id = words.special(SpecialToken.UNK);
        return id.isPresent() ? words.token(id.getAsInt()) : Optional.empty();
    }

    private static boolean hasCapitals(String word) {
        return !word.startsWith("[")
                && !word.startsWith("<")
                && word.codePoints().anyMatch(Character::isUpperCase);
    }

    private static ArrayNode added(String unknown, int id) {
        ArrayNode added = JsonNodeFactory.instance.arrayNode();
        added.addObject()
                .put("id", id)
                .put("content", unknown)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
        return added;
    }
}
