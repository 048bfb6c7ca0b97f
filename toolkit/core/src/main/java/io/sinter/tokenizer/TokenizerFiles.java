package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.json.StrictJson;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The files that a tokenizer is built from: vocabulary, merges and configuration, each checked as it is read.
 *
 * @param folder where they are
 * @param config {@code tokenizer_config.json}; an empty object where there is none
 * @param specialTokens {@code special_tokens_map.json}, likewise
 * @param addedTokens {@code added_tokens.json}, likewise
 * @param modelType {@code model_type} of {@code config.json}
 */
record TokenizerFiles(
        Path folder, JsonNode config, JsonNode specialTokens, JsonNode addedTokens, Optional<String> modelType) {

    static final String CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";
    static final String ADDED_TOKENS = "added_tokens.json";
    static final String LINES = "vocab.txt";
    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";

    private static final long MAX_CONFIG_BYTES = 16L << 20;

    /** Classes that say only that {@code tokenizer.json} describes the tokenizer. */
    private static final Set<String> GENERIC =
            Set.of("PreTrainedTokenizer", "TokenizersBackend", "AutoTokenizer", "PythonBackend");

    /** Reads the configuration in a folder. */
    static TokenizerFiles read(Path folder) {
        JsonNode type = object(folder, "config.json").path("model_type");
        return new TokenizerFiles(
                folder,
                object(folder, CONFIG),
                object(folder, SPECIAL_TOKENS),
                object(folder, ADDED_TOKENS),
                type.isString() ? Optional.of(type.stringValue()) : Optional.empty());
    }

    /** {@code tokenizer_class} without the ending {@code Fast}; nothing where the class is a general one. */
    Optional<String> tokenizerClass() {
        JsonNode name = config.path("tokenizer_class");
        if (!name.isString()) {
            return Optional.empty();
        }
        String plain = name.stringValue().endsWith("Fast")
                ? name.stringValue().substring(0, name.stringValue().length() - "Fast".length())
                : name.stringValue();
        return GENERIC.contains(plain) ? Optional.empty() : Optional.of(plain);
    }

    /** Whether there is a file of this name. */
    boolean has(String name) {
        return Files.isRegularFile(folder.resolve(name));
    }

    /**
     * A switch of {@code tokenizer_config.json}.
     *
     * @throws MalformedException if it is neither true, false nor null
     */
    boolean flag(String key, boolean otherwise) {
        JsonNode node = config.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw new MalformedException("%s: %s: got %s, expected true or false"
                    .formatted(folder.resolve(CONFIG), key, TokenizerChecks.shorten(node)));
        }
        return node.booleanValue();
    }

    /** Tokens of {@code vocab.txt}, one a line, with their line numbers from 0. */
    Map<String, Integer> lines() {
        return Vocabulary.lines(folder.resolve(LINES));
    }

    /**
     * Tokens and ids of {@code vocab.json}.
     *
     * @throws MalformedException if ids are not 0 to the number of tokens less one, each once
     */
    Map<String, Integer> vocabulary() {
        Path file = folder.resolve(VOCABULARY);
        JsonNode root = StrictJson.object(file, Vocabulary.MAX_BYTES);
        Map<String, Integer> ids = LinkedHashMap.newLinkedHashMap(root.size());
        String[] tokens = new String[root.size()];
        root.properties().forEach(entry -> {
            JsonNode id = entry.getValue();
            if (!id.isIntegralNumber()
                    || !id.canConvertToInt()
                    || id.intValue() < 0
                    || id.intValue() >= tokens.length) {
                throw new MalformedException("%s: token \"%s\": got id %s, expected 0 to %d, one for each of %d tokens"
                        .formatted(
                                file, entry.getKey(), TokenizerChecks.shorten(id), tokens.length - 1, tokens.length));
            }
            String other = tokens[id.intValue()];
            if (other != null) {
                throw new MalformedException("%s: id %d is both \"%s\" and \"%s\"; ids must be distinct"
                        .formatted(file, id.intValue(), other, entry.getKey()));
            }
            tokens[id.intValue()] = entry.getKey();
        });
        for (int id = 0; id < tokens.length; id++) {
            ids.put(tokens[id], id);
        }
        return ids;
    }

    /**
     * Pairs of {@code merges.txt}, the first to be merged first.
     *
     * @throws MissingException if there is no such file
     * @throws MalformedException if a line is not two tokens with a space between them
     */
    List<List<String>> merges() {
        Path file = folder.resolve(MERGES);
        List<List<String>> merges = new ArrayList<>();
        int number = 0;
        for (String line : text(file).lines().toList()) {
            number++;
            if (line.isEmpty() || (number == 1 && line.startsWith("#version"))) {
                continue;
            }
            int space = line.indexOf(' ');
            if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
                throw new MalformedException("%s: line %d: got \"%s\", expected two tokens with a space between them"
                        .formatted(file, number, line.length() <= 80 ? line : line.substring(0, 77) + "..."));
            }
            merges.add(List.of(line.substring(0, space), line.substring(space + 1)));
        }
        return merges;
    }

    /**
     * A file's text.
     *
     * @throws MalformedException if it is not UTF-8
     */
    static String text(Path file) {
        byte[] bytes = StrictJson.bytes(file, Vocabulary.MAX_BYTES);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(file + ": no UTF-8", e);
        }
    }

    private static JsonNode object(Path folder, String name) {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file)
                ? StrictJson.object(file, MAX_CONFIG_BYTES)
                : JsonNodeFactory.instance.objectNode();
    }
}
