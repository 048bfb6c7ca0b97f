package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The tokens of a tokenizer and their ids, added tokens included. Ids are distinct; there may be holes between them. */
public final class Vocabulary {

    /** Bytes of the largest vocabulary file that is read. */
    public static final long MAX_BYTES = 256L << 20;

    /** Ids are below this: a table with more rows than 2²⁴ is not read. */
    static final int MAX_ID = 1 << 24;

    private final Map<String, Integer> ids;
    private final Map<Integer, String> tokens;
    private final Map<SpecialToken, Integer> special;

    /**
     * A vocabulary of the given ids.
     *
     * @param where the file, for messages
     * @throws MalformedException if two tokens share an id, or an id is negative or 2²⁴ or more
     */
    Vocabulary(Path where, Map<String, Integer> ids, Map<SpecialToken, Integer> special) {
        this.ids = Collections.unmodifiableMap(new LinkedHashMap<>(ids));
        this.special = Map.copyOf(special);
        this.tokens = HashMap.newHashMap(ids.size());
        ids.forEach((token, id) -> {
            requireId(where, token, id);
            String other = tokens.putIfAbsent(id, token);
            if (other != null) {
                throw new MalformedException(
                        "%s: id %d is both \"%s\" and \"%s\"; ids must be distinct".formatted(where, id, other, token));
            }
        });
    }

    /**
     * Reads {@code tokenizer.json}, or a {@code vocab.txt} with one token a line.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException if it is not well formed
     */
    public static Vocabulary read(Path file) {
        return file.toString().endsWith(".txt")
                ? ofLines(file)
                : TokenizerJson.read(file).vocabulary();
    }

    /**
     * A vocabulary of words, whose ids are their places in the list. Special tokens are known by their usual spellings.
     *
     * @param where they are from, for messages
     * @throws MalformedException if a word is there twice
     */
    public static Vocabulary ofWords(Path where, List<String> words) {
        Map<String, Integer> ids = LinkedHashMap.newLinkedHashMap(words.size());
        for (String word : words) {
            Integer first = ids.putIfAbsent(word, ids.size());
            if (first != null) {
                throw new MalformedException(
                        "%s: word %d: \"%s\" is word %d already".formatted(where, ids.size() + 1, word, first + 1));
            }
        }
        return new Vocabulary(where, ids, bySpelling(ids));
    }

    private static Vocabulary ofLines(Path file) {
        Map<String, Integer> ids = lines(file);
        return new Vocabulary(file, ids, bySpelling(ids));
    }

    /**
     * Tokens of a file with one a line, and their line numbers from 0.
     *
     * @throws MalformedException if a token is there twice
     */
    static Map<String, Integer> lines(Path file) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (String line : TokenizerFiles.text(file).lines().toList()) {
            Integer first = ids.putIfAbsent(line, ids.size());
            if (first != null) {
                throw new MalformedException(
                        "%s: line %d: \"%s\" is already on line %d".formatted(file, ids.size() + 1, line, first + 1));
            }
        }
        return ids;
    }

    /** The special tokens among the given ones, by their usual spellings. */
    static Map<SpecialToken, Integer> bySpelling(Map<String, Integer> ids) {
        Map<SpecialToken, Integer> found = new HashMap<>();
        for (SpecialToken role : SpecialToken.values()) {
            role.spellings().stream().filter(ids::containsKey).findFirst().ifPresent(s -> found.put(role, ids.get(s)));
        }
        return found;
    }

    /** Number of tokens. */
    public int size() {
        return ids.size();
    }

    /** One more than the largest id: the rows that an embedding table must have at least. */
    public int rowsNeeded() {
        return ids.values().stream().mapToInt(i -> i + 1).max().orElse(0);
    }

    /** Token to id, in the file's order. */
    public Map<String, Integer> ids() {
        return ids;
    }

    /** The id of a token, if it is in the vocabulary. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The token of an id, if there is one. */
    public Optional<String> token(int id) {
        return Optional.ofNullable(tokens.get(id));
    }

    /** The id of a special token, if the tokenizer has one for that purpose. */
    public OptionalInt special(SpecialToken role) {
        Integer id = special.get(role);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The id of the token that stands for a token to be predicted.
     *
     * @param where the model, for messages
     * @throws MissingException if there is none
     */
    public int maskId(String where) {
        return special(SpecialToken.MASK)
                .orElseThrow(() ->
                        new MissingException(where + ": its tokenizer has no mask token, so it is no fill-mask model"));
    }

    /** The special tokens' ids. */
    public List<Integer> specialIds() {
        return special.values().stream().distinct().sorted().toList();
    }

    private static void requireId(Path where, String token, int id) {
        if (id < 0 || id >= MAX_ID) {
            throw new MalformedException(
                    "%s: token \"%s\": got id %d, expected 0 to %d".formatted(where, token, id, MAX_ID - 1));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vocabulary v && ids.equals(v.ids);
    }

    @Override
    public int hashCode() {
        return ids.hashCode();
    }

    @Override
    public String toString() {
        return size() + " tokens";
    }
}
