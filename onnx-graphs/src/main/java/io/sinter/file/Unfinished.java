package io.sinter.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A file or folder that must not outlive this process half-written: it is removed when the process ends before
 * {@link #close}.
 *
 * <p>A shutdown hook does that. A program whose native libraries do not bear the end of the JVM while they compute (ONNX
 * Runtime's own hook frees what is in use) handles signals itself: {@link #removeAll}, then
 * {@link Runtime#halt}.
 */
public final class Unfinished implements AutoCloseable {

    private static final Set<Path> PATHS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("sinter-unfinished").unstarted(Unfinished::removeAll));
    }

    private final Path path;

    private Unfinished(Path path) {
        this.path = path;
    }

    /** Registers a path, which need not exist yet. */
    public static Unfinished of(Path path) {
        Path absolute = path.toAbsolutePath();
        PATHS.add(absolute);
        return new Unfinished(absolute);
    }

    /** The path is finished, or removed, and may stay as it is. */
    @Override
    public void close() {
        PATHS.remove(path);
    }

    /** Removes all that is registered: for the end of the process. */
    public static void removeAll() {
        PATHS.forEach(Unfinished::deleteTree);
    }

    /** Deletes a file, or a folder with all in it; more than once, since another thread may still be writing. */
    public static void deleteTree(Path root) {
        for (int attempt = 0; attempt < 5 && Files.exists(root, LinkOption.NOFOLLOW_LINKS); attempt++) {
            try (Stream<Path> tree = Files.walk(root)) {
                tree.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            } catch (IOException | UncheckedIOException e) {
                Thread.onSpinWait();
            }
        }
    }
}
