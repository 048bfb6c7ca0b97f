package io.sinter.source;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.error.MalformedException;
import io.sinter.json.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One reading of a text by a graph of several encoders: what one tokenizer makes of it, with a prompt before it and cut at
 * a length. Encoders for which all three are equal share the inputs.
 *
 * @param name of the first model that reads it
 * @param tokenizer its {@code tokenizer.json}, relative to the graph's folder
 * @param prompt text before each text; may be empty
 * @param maxTokens tokens kept of a text, prompt and special tokens included
 * @param inputs the graph's inputs by what they usually are called: {@code input_ids}, {@code attention_mask},
 *     {@code token_type_ids}, {@code position_ids}
 * @param spans where vectors are combined token by token, the input {@code [batch, sequence, 2]} with, for each token of
 *     the first set, the half-open span of this set's tokens that cover the same characters; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InputSet(
        String name,
        String tokenizer,
        String prompt,
        @JsonProperty("max_tokens") int maxTokens,
        Map<String, String> inputs,
        @Nullable String spans) {

    /** The file of an output directory that lists them. */
    public static final String LISTED_IN = OtherTokenizer.LISTED_IN;

    private static final long MAX_BYTES = 64L << 20;
    private static final int FEWEST_TOKENS = 3;

    /** Keeps the order, and checks that the tokenizer is a path inside the folder. */
    public InputSet {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        Path path = Path.of(tokenizer);
        if (tokenizer.isEmpty() || path.isAbsolute() || path.normalize().startsWith("..")) {
            throw new IllegalArgumentException(
                    "tokenizer \"%s\": expected a path inside the folder".formatted(tokenizer));
        }
        if (maxTokens < FEWEST_TOKENS) {
            throw new IllegalArgumentException(
                    "max_tokens: got %d, expected %d or more".formatted(maxTokens, FEWEST_TOKENS));
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("inputs: expected one or more");
        }
    }

    /** Its {@code tokenizer.json} in an output directory. */
    public Path path(Path directory) {
        return directory.resolve(tokenizer);
    }

    /** Those that a directory's {@code sinter.json} lists, the first one first; none where there is no such file. */
    static List<InputSet> read(Path directory) {
        Path file = directory.resolve(LISTED_IN);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        List<InputSet> found = new ArrayList<>();
        for (JsonNode entry : StrictJson.object(file, MAX_BYTES).path("input_sets")) {
            Map<String, String> inputs = new LinkedHashMap<>();
            entry.path("inputs")
                    .properties()
                    .forEach(i -> inputs.put(i.getKey(), i.getValue().asString("")));
            try {
                found.add(new InputSet(
                        entry.path("name").asString(""),
                        entry.path("tokenizer").asString(""),
                        entry.path("prompt").asString(""),
                        entry.path("max_tokens").asInt(0),
                        inputs,
                        entry.path("spans").isString() ? entry.path("spans").stringValue() : null));
            } catch (IllegalArgumentException e) {
                throw new MalformedException("%s: input_sets: %s".formatted(file, e.getMessage()), e);
            }
        }
        return found;
    }
}
