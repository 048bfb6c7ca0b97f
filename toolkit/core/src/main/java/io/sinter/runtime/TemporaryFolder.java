package io.sinter.runtime;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new folder in the system's temporary folder, which goes with its files when it is closed. Files that are still mapped
 * then live on without a name; where the system refuses to delete those, they go when the process ends.
 *
 * @param path where it is
 */
record TemporaryFolder(Path path) implements AutoCloseable {

    /**
     * Makes one.
     *
     * @throws OutputException if that is not possible
     */
    static TemporaryFolder create() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("sinter"));
        } catch (IOException e) {
            throw new OutputException(
                    System.getProperty("java.io.tmpdir") + ": no temporary folder can be made: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        path.toFile().deleteOnExit();
        try (Stream<Path> files = Files.list(path)) {
            List<Path> all = files.toList();
            all.forEach(file -> file.toFile().deleteOnExit());
            for (Path file : all) {
                Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            System.getLogger(TemporaryFolder.class.getName())
                    .log(System.Logger.Level.DEBUG, path + " is deleted when the process ends", e);
        }
    }
}
