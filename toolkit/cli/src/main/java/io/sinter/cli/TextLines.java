package io.sinter.cli;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files with a text a line. */
final class TextLines {

    private TextLines() {}

    /**
     * The lines of a file.
     *
     * @throws MissingException if it cannot be read
     * @throws MalformedException if it is not UTF-8
     */
    static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new MalformedException(file + ": not UTF-8 text; convert it first", e);
        } catch (IOException e) {
            throw new MissingException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The paths in a file, one a line, which start at its folder; empty lines are passed over.
     *
     * @throws MissingException if it cannot be read
     * @throws MalformedException if it is not UTF-8
     */
    static List<Path> paths(Path file) {
        Path beside = file.resolveSibling("");
        return read(file).stream()
                .filter(line -> !line.isEmpty())
                .map(beside::resolve)
                .toList();
    }
}
