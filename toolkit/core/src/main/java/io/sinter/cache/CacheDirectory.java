package io.sinter.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder for what is unpacked or downloaded once and used by every run; everything in it can be made again.
 *
 * @param root the folder, which need not exist yet
 */
public record CacheDirectory(Path root) {

    /** Writes the content of a folder. */
    @FunctionalInterface
    public interface Filler {
        /** Writes into a folder that is empty and that nobody else sees. */
        void fill(Path emptyFolder) throws IOException;
    }

    /** Decides whether a folder that was found holds all that it should. */
    @FunctionalInterface
    public interface Check {
        /** Whether the folder is whole. */
        boolean isWhole(Path folder) throws IOException;
    }

    /** Where the system property {@code sinter.cache} says, else the variable {@code SINTER_CACHE}, else {@code ~/.cache/sinter}. */
    public static CacheDirectory standard() {
        String property = System.getProperty("sinter.cache", "");
        if (!property.isBlank()) {
            return new CacheDirectory(Path.of(property));
        }
        String variable = System.getenv().getOrDefault("SINTER_CACHE", "");
        return new CacheDirectory(
                variable.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "sinter") : Path.of(variable));
    }

    /**
     * A folder of the cache, filled if it is not there or not whole. It appears all at once: the content is written beside
     * it, forced to the disk and renamed, so a crash leaves no half of it, and of several processes that fill it at the
     * same time one wins and the others take its folder.
     *
     * @param name path below the root
     * @param whole what to ask of a folder that is there
     * @param filler writes the content
     * @throws IOException if the cache cannot be written
     */
    public Path folder(String name, Check whole, Filler filler) throws IOException {
        Path target = root.resolve(name);
        if (Files.isDirectory(target) && whole.isWhole(target)) {
            return target;
        }
        Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
        Path fresh = Files.createTempDirectory(parent, ".filling-");
        try {
            filler.fill(fresh);
            force(fresh);
            replace(fresh, target, whole);
        } finally {
            delete(fresh);
        }
        return target;
    }

    private static void replace(Path fresh, Path target, Check whole) throws IOException {
        if (moved(fresh, target) || whole.isWhole(target)) {
            return;
        }
        Path damaged = Files.createTempDirectory(target.toAbsolutePath().getParent(), ".damaged-");
        try {
            moved(target, damaged.resolve("was"));
            if (!moved(fresh, target) && !whole.isWhole(target)) {
                throw new IOException(target + ": cannot be replaced");
            }
        } finally {
            delete(damaged);
        }
    }

    /** Renames a folder; false where something is in the way or another process was faster. */
    private static boolean moved(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (IOException e) {
            if (Files.exists(to) || Files.notExists(from)) {
                return false;
            }
            throw e;
        }
    }

    private static void force(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        List<Path> contents;
        try (Stream<Path> paths = Files.walk(folder)) {
            contents = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : contents) {
            Files.deleteIfExists(path);
        }
    }
}
