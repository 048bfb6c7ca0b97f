package io.sinter.source;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.error.MalformedException;
import io.sinter.json.StrictJson;
import io.sinter.tokenizer.TokenizerJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A second tokenizer of a graph that reads two tokenisations of a text: the body's, and that of a model {@code NAME}.
 *
 * @param name of the model
 * @param align how its tokens are brought to the body's
 * @param ids the input with its token ids: {@code [batch, sequence_NAME]} for offsets, {@code [batch, sequence]} for
 *     position
 * @param spans for offsets, the input {@code [batch, sequence, 2]}: for each token of the body the half-open span of the
 *     tokens that cover the same characters; null for position
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OtherTokenizer(
        String name, Align align, String ids, @Nullable String spans) {

    /** The file of an output directory that lists them. */
    public static final String LISTED_IN = "sinter.json";

    private static final long MAX_BYTES = 64L << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** How tokens of two tokenizers are brought together. */
    public enum Align {
        /** By the characters that they cover. */
        @JsonProperty("offsets")
        OFFSETS,
        /** The n-th beside the n-th. */
        @JsonProperty("position")
        POSITION
    }

    /**
     * Checks the name, which becomes that of a folder.
     *
     * @throws IllegalArgumentException if it is no name of a folder, or the inputs are not those of its alignment
     */
    public OtherTokenizer {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "name \"%s\": expected letters, digits, points, dashes and underlines, a letter or digit first"
                            .formatted(name));
        }
        if ((spans != null) != (align == Align.OFFSETS)) {
            throw new IllegalArgumentException("aligned by %s, with spans %s".formatted(align, spans));
        }
    }

    /** One with the usual names of inputs. */
    public static OtherTokenizer of(String name, Align align) {
        return new OtherTokenizer(
                name,
                align,
                "input_ids_" + name,
                switch (align) {
                    case OFFSETS -> "spans_" + name;
                    case POSITION -> null;
                });
    }

    /** Whether a model's name can be part of a file's and an input's. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Its folder in an output directory. */
    public Path folder(Path directory) {
        return directory.resolve("tokenizers").resolve(name);
    }

    /** Its {@code tokenizer.json} in an output directory. */
    public Path path(Path directory) {
        return folder(directory).resolve(TokenizerJson.FILE_NAME);
    }

    /** Those that a directory's {@code sinter.json} lists; none where there is no such file. */
    static List<OtherTokenizer> read(Path directory) {
        Path file = directory.resolve(LISTED_IN);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        List<OtherTokenizer> found = new ArrayList<>();
        for (JsonNode entry : StrictJson.object(file, MAX_BYTES).path("tokenizers")) {
            try {
                found.add(new OtherTokenizer(
                        entry.path("name").asString(""),
                        Align.valueOf(entry.path("align").asString("").toUpperCase(Locale.ROOT)),
                        entry.path("ids").asString(""),
                        entry.path("spans").isString() ? entry.path("spans").stringValue() : null));
            } catch (IllegalArgumentException e) {
                throw new MalformedException("%s: tokenizers: %s".formatted(file, e.getMessage()), e);
            }
        }
        return found;
    }
}
