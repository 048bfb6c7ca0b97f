package io.sinter.eval;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A file with an example a line. */
final class DatasetFile {

    private DatasetFile() {}

    /**
     * Its lines.
     *
     * @throws MissingException if there is no such file
     * @throws MalformedException if it is not UTF-8, or cannot be read
     */
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new MissingException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new MalformedException(file + ": no UTF-8", e);
        } catch (IOException e) {
            throw new MalformedException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }

    /** Its name without the ending, for reports. */
    static String name(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
