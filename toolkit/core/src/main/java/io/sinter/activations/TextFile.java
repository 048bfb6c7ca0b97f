package io.sinter.activations;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of texts, one a line, in UTF-8; blank lines are none.
 *
 * @param path where
 */
public record TextFile(Path path) {

    private static final int AT_ONCE = 256;

    /**
     * Checks that there is such a file.
     *
     * @throws MissingException if not
     */
    public TextFile {
        if (!Files.isRegularFile(path)) {
            throw new MissingException(path + ": no such file; expected a text file, a text a line");
        }
    }

    /**
     * Hands out the texts, some hundred at a time.
     *
     * @return how many there were
     * @throws MalformedException if the file is not UTF-8
     */
    public long read(Consumer<List<String>> use) {
        long count = 0;
        try (BufferedReader reader = Files.newBufferedReader(path)) {
            List<String> texts = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    texts.add(line.substring(0, Math.min(line.length(), Tokenizer.MAX_CHARACTERS)));
                    count++;
                }
                if (texts.size() == AT_ONCE) {
                    use.accept(List.copyOf(texts));
                    texts.clear();
                }
            }
            if (!texts.isEmpty()) {
                use.accept(List.copyOf(texts));
            }
        } catch (CharacterCodingException e) {
            throw new MalformedException(path + ": is no UTF-8 text", e);
        } catch (IOException e) {
            throw new MissingException(path + ": cannot be read: " + e.getMessage(), e);
        }
        return count;
    }
}
