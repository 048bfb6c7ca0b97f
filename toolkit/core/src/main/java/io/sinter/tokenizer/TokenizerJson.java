package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A {@code tokenizer.json} that was read once and whose structure was checked, so that the native library, which can
 * abort the process on some files, sees nothing else.
 */
final class TokenizerJson {

    private final Path file;
    private final byte[] bytes;
    private final Vocabulary vocabulary;

    private TokenizerJson(Path file, byte[] bytes, Vocabulary vocabulary) {
        this.file = file;
        this.bytes = bytes;
        this.vocabulary = vocabulary;
    }

    /**
     * Reads and checks a file.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException if it does not keep to the format
     */
    static TokenizerJson read(Path file) {
        byte[] bytes = StrictJson.bytes(file, Vocabulary.MAX_BYTES);
        JsonNode root = StrictJson.object(file, bytes);
        JsonNode model = root.path("model");
        if (!model.isObject()) {
            throw new MalformedException(file + ": no object \"model\"; is it the tokenizer.json of a fast tokenizer?");
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        Map<SpecialToken, Integer> special = new HashMap<>();
        readModel(file, model, ids);
        Map<String, Integer> added = readAddedTokens(file, root.path("added_tokens"), ids);
        TokenizerChecks.check(file, root, ids);
        special.putAll(Vocabulary.bySpelling(added));
        declaredUnknown(model, ids, special);
        JsonNode pad = root.path("padding").path("pad_token");
        if (pad.isString() && ids.containsKey(pad.stringValue())) {
            special.put(SpecialToken.PAD, ids.get(pad.stringValue()));
        }
        return new TokenizerJson(file, bytes, new Vocabulary(file, ids, special));
    }

    Path file() {
        return file;
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes);
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    private static void readModel(Path file, JsonNode model, Map<String, Integer> ids) {
        JsonNode vocab = model.path("vocab");
        if (vocab.isObject()) {
            vocab.properties().forEach(e -> ids.put(e.getKey(), id(file, e.getKey(), e.getValue())));
        } else if (vocab.isArray()) {
            for (JsonNode piece : vocab) {
                if (!piece.isArray()
                        || piece.size() != 2
                        || !piece.get(0).isString()
                        || !piece.get(1).isNumber()) {
                    throw new MalformedException("%s: model.vocab[%d]: got %s, expected [token, score]"
                            .formatted(file, ids.size(), TokenizerChecks.shorten(piece)));
                }
                String token = piece.get(0).stringValue();
                Integer before = ids.putIfAbsent(token, ids.size());
                if (before != null) {
                    throw new MalformedException("%s: model.vocab: token \"%s\" has ids %d and %d"
                            .formatted(file, token, before, ids.size()));
                }
            }
        } else {
            throw new MalformedException(file + ": model.vocab: expected an object or an array of [token, score]");
        }
    }

    private static Map<String, Integer> readAddedTokens(Path file, JsonNode list, Map<String, Integer> ids) {
        Map<String, Integer> added = new LinkedHashMap<>();
        if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
            throw new MalformedException(file + ": added_tokens: expected an array");
        }
        for (JsonNode entry : list) {
            JsonNode content = entry.path("content");
            if (!content.isString() || content.stringValue().isEmpty()) {
                throw new MalformedException("%s: added_tokens: got %s, expected an object with id and content"
                        .formatted(file, TokenizerChecks.shorten(entry)));
            }
            String token = content.stringValue();
            int id = id(file, token, entry.path("id"));
            Integer known = ids.putIfAbsent(token, id);
            if (known != null && known != id) {
                throw new MalformedException("%s: token \"%s\": id %d among the added tokens, %d in the vocabulary"
                        .formatted(file, token, id, known));
            }
            added.put(token, id);
        }
        return added;
    }

    private static void declaredUnknown(JsonNode model, Map<String, Integer> ids, Map<SpecialToken, Integer> special) {
        JsonNode token = model.path("unk_token");
        JsonNode id = model.path("unk_id");
        if (token.isString() && ids.containsKey(token.stringValue())) {
            special.put(SpecialToken.UNK, ids.get(token.stringValue()));
        } else if (id.isInt()) {
            special.put(SpecialToken.UNK, id.intValue());
        }
    }

    private static int id(Path file, String token, JsonNode id) {
        if (!id.isIntegralNumber()
                || !id.canConvertToInt()
                || id.intValue() < 0
                || id.intValue() >= Vocabulary.MAX_ID) {
            throw new MalformedException("%s: token \"%s\": got id %s, expected an integer from 0 to %d"
                    .formatted(file, token, TokenizerChecks.shorten(id), Vocabulary.MAX_ID - 1));
        }
        return id.intValue();
    }
}
