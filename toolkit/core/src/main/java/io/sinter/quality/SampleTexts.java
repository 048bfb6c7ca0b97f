package io.sinter.quality;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Texts to try a model with.
 *
 * @param origin where they are from, for reports
 * @param texts at least one
 */
public record SampleTexts(String origin, List<String> texts) {

    private static final String BUILT_IN = "samples.txt";

    /** Copies the list. */
    public SampleTexts {
        texts = List.copyOf(texts);
        if (texts.isEmpty()) {
            throw new IllegalArgumentException(origin + ": no texts");
        }
    }

    /** Everyday sentences, questions, searches and a little code, mostly English, of 1 to 40 words. */
    public static SampleTexts builtIn() {
        try (InputStream stream = Objects.requireNonNull(SampleTexts.class.getResourceAsStream(BUILT_IN), BUILT_IN)) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return new SampleTexts("built-in texts", lines(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A text a line, in UTF-8; blank lines are left out.
     *
     * @throws MissingException if the file cannot be read or has no text
     */
    public static SampleTexts read(Path file) {
        try {
            List<String> lines = lines(Files.readString(file));
            if (lines.isEmpty()) {
                throw new MissingException(file + ": no texts: expected one a line");
            }
            return new SampleTexts(file.toString(), lines);
        } catch (CharacterCodingException e) {
            throw new MalformedException(file + ": is not UTF-8", e);
        } catch (IOException e) {
            throw new MissingException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }
}
