package io.sinter.cache;

import io.sinter.progress.Progress;
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
 * <p>Work on an entry is done once: whoever needs it at the same time waits ({@link CacheLock}). An entry that a process
 * uses is not removed ({@link #use}).
 *
 * @param root the folder, which need not exist yet
 * @param progress hears why something waits
 */
public record CacheDirectory(Path root, Progress progress) {

    static final String FILLING = ".filling-";
    static final String DAMAGED = ".damaged-";
    private static final String LOCKS = ".locks";

    private static final Progress LOG = new Logged();

    /** Notes for programs that say nothing about where they want them. */
    private static final class Logged implements Progress {
        @Override
        public Task begin(String task, long totalBytes) {
            return NONE.begin(task, totalBytes);
        }

        @Override
        public void note(String sentence) {
            System.getLogger(CacheDirectory.class.getName()).log(System.Logger.Level.INFO, sentence);
        }
    }

    /** A cache that logs why something waits. */
    public CacheDirectory(Path root) {
        this(root, LOG);
    }

    /** The same folder, somebody else told. */
    public CacheDirectory withProgress(Progress other) {
        return new CacheDirectory(root, other);
    }

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
     * A folder of the cache, filled if it is not there or not whole, and from now on in use. It appears all at once: the
     * content is written beside it, forced to the disk and renamed, so a crash leaves no half of it. Of several processes
     * that need it at the same time one fills it and the others wait; where the file system has no locks, all fill it,
     * one wins and the others take its folder.
     *
     * @param name path below the root
     * @param whole what to ask of a folder that is there
     * @param filler writes the content
     * @throws IOException if the cache cannot be written
     */
    public Path folder(String name, Check whole, Filler filler) throws IOException {
        Path target = root.resolve(name);
        use(name);
        if (Files.isDirectory(target) && whole.isWhole(target)) {
            return target;
        }
        try (CacheLock lock = lock(name)) {
            if (Files.isDirectory(target) && whole.isWhole(target)) {
                return target;
            }
            fill(target, whole, filler, lock);
        }
        return target;
    }

    /** Marks an entry as used by this process until it ends: {@link CacheContents#remove} leaves it alone. */
    public void use(String name) {
        EntriesInUse.add(lockFile(name, "use"));
    }

    /**
     * Waits for the right to change an entry.
     *
     * @throws IOException if the thread is interrupted
     */
    public CacheLock lock(String name) throws IOException {
        return CacheLock.acquire(lockFile(name, "work"), name, progress);
    }

    /** The file of an entry's lock. */
    Path lockFile(String name, String kind) {
        return root.resolve(LOCKS).resolve(name + "." + kind);
    }

    private static void fill(Path target, Check whole, Filler filler, CacheLock lock) throws IOException {
        Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
        if (lock.excludesProcesses()) {
            deleteLeftovers(target);
        }
        Path fresh = Files.createTempDirectory(parent, prefix(FILLING, target));
        try {
            filler.fill(fresh);
            force(fresh);
            replace(fresh, target, whole);
        } finally {
            delete(fresh);
        }
    }

    /** What processes left that were killed while they made an entry, whose lock is held. */
    private static void deleteLeftovers(Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        List<Path> leftovers;
        try (Stream<Path> paths = Files.list(parent)) {
            leftovers = paths.filter(p -> isLeftoverOf(target, p)).toList();
        }
        for (Path leftover : leftovers) {
            delete(leftover);
        }
    }

    private static boolean isLeftoverOf(Path target, Path path) {
        String name = String.valueOf(path.getFileName());
        return isNumbered(name, prefix(FILLING, target)) || isNumbered(name, prefix(DAMAGED, target));
    }

    /** Nothing but the number of a temporary folder follows: "a-b" is another entry than "a". */
    private static boolean isNumbered(String name, String prefix) {
        return name.startsWith(prefix)
                && name.substring(prefix.length()).chars().allMatch(Character::isDigit);
    }

    private static String prefix(String kind, Path target) {
        return kind + target.getFileName() + "-";
    }

    private static void replace(Path fresh, Path target, Check whole) throws IOException {
        if (moved(fresh, target) || whole.isWhole(target)) {
            return;
        }
        Path damaged = Files.createTempDirectory(target.toAbsolutePath().getParent(), prefix(DAMAGED, target));
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

    static void delete(Path folder) throws IOException {
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
