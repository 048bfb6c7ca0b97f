package io.sinter.tokenizer;

import io.sinter.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What transformers 5.17 made of some texts with a golden model's tokenizer: {@code texts.json} of a directory in
 * {@code src/test/resources/golden/models}.
 */
record GoldenTexts(Path folder, JsonNode json) {

    static final Path MODELS = Path.of("src/test/resources/golden/models");

    /** Every model with a tokenizer, by name. */
    static Stream<String> models() {
        try (Stream<Path> folders = Files.list(MODELS)) {
            return folders
                    .filter(f -> Files.exists(f.resolve("texts.json")))
                    .map(f -> f.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GoldenTexts of(String model) {
        Path folder = MODELS.resolve(model);
        return new GoldenTexts(folder, StrictJson.object(folder.resolve("texts.json"), 1 << 20));
    }

    /** A text or pair, and what becomes of it. */
    record Case(String name, String first, String second, JsonNode expected) {}

    List<Case> singles() {
        List<Case> cases = new ArrayList<>();
        for (JsonNode entry : json.path("single")) {
            cases.add(new Case(
                    "\"" + entry.path("text").stringValue() + "\"",
                    entry.path("text").stringValue(),
                    "",
                    entry));
        }
        return cases;
    }

    List<Case> pairs() {
        List<Case> cases = new ArrayList<>();
        for (JsonNode entry : json.path("pairs")) {
            cases.add(pair(entry));
        }
        return cases;
    }

    /** Texts cut to {@code max_length} tokens. */
    List<Case> truncated() {
        List<Case> cases = new ArrayList<>();
        for (JsonNode entry : json.path("truncated")) {
            cases.add(
                    entry.has("a")
                            ? pair(entry)
                            : new Case(entry.toString(), entry.path("text").stringValue(), "", entry));
        }
        return cases;
    }

    private static Case pair(JsonNode entry) {
        return new Case(
                entry.toString(), entry.path("a").stringValue(), entry.path("b").stringValue(), entry);
    }

    /** A switch that the recording tokenizer was made with. */
    boolean option(String name, boolean otherwise) {
        return json.path("options").path(name).asBoolean(otherwise);
    }
}
