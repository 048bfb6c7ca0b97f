package io.sinter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    Path folder;

    @Test
    void write_existingFile_isReplaced() throws IOException {
        Path target = Files.writeString(folder.resolve("a.bin"), "old");

        AtomicFile.write(target, 3, channel -> channel.write(bytes("new")));

        assertThat(target).hasContent("new");
        assertThat(filesIn(folder)).containsExactly("a.bin");
    }

    @Test
    void write_contentFails_targetUntouchedAndNothingLeft() throws IOException {
        Path target = Files.writeString(folder.resolve("a.bin"), "old");

        assertThatThrownBy(() -> AtomicFile.write(target, 0, channel -> {
                    channel.write(bytes("half"));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(OutputException.class)
                .hasMessage(target + ": cannot be written: No space left on device");
        assertThat(target).hasContent("old");
        assertThat(filesIn(folder)).containsExactly("a.bin");
    }

    @Test
    void write_moreThanTheDiskHas_isRefusedBeforeTheContentIsAsked() throws IOException {
        Path target = folder.resolve("a.bin");

        assertThatThrownBy(() -> AtomicFile.write(target, Long.MAX_VALUE, channel -> {
                    throw new AssertionError("asked for content");
                }))
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith(target + ": needs " + Long.MAX_VALUE + " bytes, but the disk has ");
        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void write_missingFolder_isRefused() {
        Path target = folder.resolve("absent/a.bin");

        assertThatThrownBy(() -> AtomicFile.write(target, 0, channel -> {}))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void write_ontoFolder_isRefused() {
        assertThatThrownBy(() -> AtomicFile.write(folder, 0, channel -> {}))
                .isInstanceOf(OutputException.class)
                .hasMessage(folder + ": is a folder, expected a file to write");
    }

    /** Starts writing, says so, and never ends. */
    public static final class Endless {
        private Endless() {}

        /** Writes to the file named by the argument. */
        public static void main(String[] arguments) {
            AtomicFile.write(Path.of(arguments[0]), 0, channel -> {
                channel.write(bytes("half"));
                System.out.println("writing");
                LockSupport.parkNanos(Long.MAX_VALUE);
            });
        }
    }

    @Test
    void write_processIsTerminated_nothingIsLeft() throws Exception {
        Path target = Files.writeString(folder.resolve("a.bin"), "old");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Endless.class.getName(),
                        target.toString())
                .start();
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("writing");
        assertThat(filesIn(folder)).hasSize(2);

        process.destroy();
        process.waitFor();

        assertThat(target).hasContent("old");
        assertThat(filesIn(folder)).containsExactly("a.bin");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
