package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code tokenizer.json} whose structure was checked, so that the native library, which can abort the process on some
 * files, sees nothing else. Read once from a file, or built from the vocabulary files of a model that has none.
 */
public final class TokenizerJson {

    /** What the file is called. */
    public static final String FILE_NAME = "tokenizer.json";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;
    private final byte[] bytes;
    private final Vocabulary vocabulary;
    private final Optional<String> note;

    private TokenizerJson(Path file, byte[] bytes, Vocabulary vocabulary, Optional<String> note) {
        this.file = file;
        this.bytes = bytes;
        this.vocabulary = vocabulary;
        this.note = note;
    }

    /**
     * Reads and checks a file.
     *
     * @throws MissingException if there is no such file
     * @throws MalformedException if it does not keep to the format
     */
    public static TokenizerJson read(Path file) {
        return of(file, StrictJson.bytes(file, Vocabulary.MAX_BYTES));
    }

    /** Checks the bytes of a file. */
    static TokenizerJson of(Path file, byte[] bytes) {
        JsonNode root = StrictJson.object(file, bytes);
        return new TokenizerJson(file, bytes, check(file, root), Optional.empty());
    }

    /**
     * The tokenizer of the model in a folder: {@code tokenizer.json}, or one built from {@code vocab.txt}, or from
     * {@code vocab.json} and {@code merges.txt}, or from a SentencePiece model. Nothing where there is none of these, or a {@code vocab.txt} alone, with
     * nothing to say what tokenizer it is of.
     *
     * @throws io.sinter.error.UnsupportedException if none is built for the model's tokenizer class; names those known
     * @throws MalformedException if a file is not as it should be
     */
    public static Optional<TokenizerJson> find(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        return Files.exists(file)
                ? Optional.of(read(file))
                : TokenizerBuilder.build(folder).map(built -> of(file, built));
    }

    /**
     * The same, for a folder that should have one.
     *
     * @throws MissingException if there is none
     */
    public static TokenizerJson load(Path folder) {
        return find(folder)
                .orElseThrow(() -> new MissingException(
                        "%s: no tokenizer.json in this folder, and none to build from vocab.txt, vocab.json and merges.txt, or a SentencePiece model, with the model's config.json; put the model's files there"
                                .formatted(folder)));
    }

    /**
     * A tokenizer of the given parts, checked as one that is read.
     *
     * @param file where it would be, for messages
     * @throws MalformedException if it does not keep to the format
     */
    public static TokenizerJson of(Path file, ObjectNode json) {
        return new TokenizerJson(file, MAPPER.writeValueAsBytes(json), check(file, json), Optional.empty());
    }

    private static TokenizerJson of(Path file, TokenizerBuilder.Built built) {
        Vocabulary vocabulary = check(file, built.json());
        return new TokenizerJson(file, MAPPER.writeValueAsBytes(built.json()), vocabulary, Optional.of(built.note()));
    }

    /**
     * A tokenizer of words, cut at white space and punctuation; of lower-case words only, texts are put in lower case
     * first. What is no word is one of them that is spelled as an unknown token, else {@code [UNK]}, whose id follows the
     * words'.
     *
     * @param where the words are from, for messages
     */
    public static TokenizerJson ofWords(Path where, Vocabulary words) {
        WordLevelTokenizers built = WordLevelTokenizers.of(words);
        return new TokenizerJson(
                where, MAPPER.writeValueAsBytes(built.json()), check(where, built.json()), Optional.of(built.note()));
    }

    private static Vocabulary check(Path file, JsonNode root) {
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
        return new Vocabulary(file, ids, special);
    }

    /** Where it is, or would be. */
    public Path file() {
        return file;
    }

    /** What the file holds, or would hold; a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The parts that the file holds; a copy. */
    public ObjectNode json() {
        return (ObjectNode) StrictJson.object(file, bytes);
    }

    /** The tokens and their ids. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** From what it was built, for users; nothing if it was read. */
    public Optional<String> note() {
        return note;
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes);
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
        int words = ids.size();
        int next = words;
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
            if (known == null && id != next) {
                throw new MalformedException(
                        "%s: added token \"%s\": id %d, but the tokenizer library gives it %d: added tokens follow the vocabulary's %d without holes"
                                .formatted(file, token, id, next, words));
            }
            added.put(token, id);
            next = Math.max(next, id + 1);
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
