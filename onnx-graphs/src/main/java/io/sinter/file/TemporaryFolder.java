package io.sinter.file;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A new folder in the system's temporary folder, which goes with all in it when it is closed, or when the process ends before.
 * Files that are still mapped then live on without a name; what a system refuses to delete goes when the process ends.
 */
public final class TemporaryFolder implements AutoCloseable {

    private final Path path;
    private final Unfinished unfinished;

    private TemporaryFolder(Path path) {
        this.path = path;
        this.unfinished = Unfinished.of(path);
    }

    /**
     * Makes one.
     *
     * @throws OutputException if that is not possible
     */
    public static TemporaryFolder create() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("sinter"));
        } catch (IOException e) {
            throw new OutputException(
                    System.getProperty("java.io.tmpdir") + ": no temporary folder can be made: " + e.getMessage(), e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        Unfinished.deleteTree(path);
        if (Files.notExists(path)) {
            unfinished.close();
        }
    }
}
