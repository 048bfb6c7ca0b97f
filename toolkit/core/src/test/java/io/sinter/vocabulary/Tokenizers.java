package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Tokenizers for tests: the golden models' and tiny ones built here. */
final class Tokenizers {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private Tokenizers() {}

    /** Every golden model with a tokenizer. */
    static Stream<Path> golden() {
        return Stream.of("models", "families").flatMap(folder -> {
            try (Stream<Path> models = Files.list(GOLDEN.resolve(folder))) {
                return models.filter(model -> TokenizerJson.find(model).isPresent()).sorted().toList().stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static TokenizerJson golden(String model) {
        return TokenizerJson.load(GOLDEN.resolve("models").resolve(model));
    }

    /** One of the models that the build unpacks. */
    static TokenizerJson cached(String model) {
        return TokenizerJson.load(
                Path.of(System.getProperty("sinter.cache"), "models").resolve(model));
    }

    /** BERT's, with ids in the given order; {@code [UNK]} is the last one unless it is given. */
    static TokenizerJson wordPiece(String... tokens) {
        ObjectNode json = empty();
        json.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .put("lowercase", true);
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model = json.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        boolean given = List.of(tokens).contains("[UNK]");
        return of(
                json,
                model,
                given
                        ? tokens
                        : Stream.concat(Stream.of(tokens), Stream.of("[UNK]")).toArray(String[]::new));
    }

    /** GPT-2's, without merges unless the caller adds some. */
    static TokenizerJson byteLevel(List<String> merges, String... tokens) {
        ObjectNode json = empty();
        json.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        json.set("decoder", json.path("pre_tokenizer").deepCopy());
        ObjectNode model = json.putObject("model").put("type", "BPE");
        ArrayNode list = model.putArray("merges");
        merges.forEach(list::add);
        return of(json, model, tokens);
    }

    /** A tokenizer of most probable pieces, those first in the list the likeliest; {@code <unk>} is id 0. */
    static TokenizerJson unigram(String... tokens) {
        ObjectNode json = empty();
        json.putObject("pre_tokenizer")
                .put("type", "Metaspace")
                .put("replacement", "▁")
                .put("prepend_scheme", "always")
                .put("split", true);
        json.set("decoder", json.path("pre_tokenizer").deepCopy());
        ObjectNode model = json.putObject("model").put("type", "Unigram").put("unk_id", 0);
        ArrayNode vocab = model.putArray("vocab");
        for (int i = 0; i < tokens.length; i++) {
            vocab.addArray().add(tokens[i]).add(-1.0 - i);
        }
        return TokenizerJson.of(Path.of("unigram", "tokenizer.json"), json);
    }

    /** The same tokens under other ids. */
    static TokenizerJson withIds(TokenizerJson tokenizer, Map<String, Integer> ids) {
        ObjectNode json = tokenizer.json();
        ObjectNode vocab = ((ObjectNode) json.path("model")).putObject("vocab");
        ids.forEach(vocab::put);
        return TokenizerJson.of(tokenizer.file(), json);
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode().put("version", "1.0");
    }

    private static TokenizerJson of(ObjectNode json, ObjectNode model, String... tokens) {
        ObjectNode vocab = model.putObject("vocab");
        ArrayNode added = json.putArray("added_tokens");
        for (int id = 0; id < tokens.length; id++) {
            vocab.put(tokens[id], id);
            if (tokens[id].matches("\\[[A-Z]+]|<[a-z/]+>")) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens[id])
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true);
            }
        }
        return TokenizerJson.of(Path.of("tiny", "tokenizer.json"), json);
    }
}
