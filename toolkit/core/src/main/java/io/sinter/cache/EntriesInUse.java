package io.sinter.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Entries of caches that this process uses, each with a shared lock until the process ends: files are mapped, and opened
 * when they are needed, so that nobody can tell when a model is done with.
 *
 * <p>One channel a file: a process loses all its locks of a file when it closes any channel of it.
 */
final class EntriesInUse {

    private static final Map<Path, FileChannel> HELD = new HashMap<>();

    private EntriesInUse() {}

    /** Marks an entry; what cannot be locked is used without, as a cache that is only read may be. */
    static void add(Path file) {
        Path key = file.toAbsolutePath().normalize();
        synchronized (HELD) {
            if (!HELD.containsKey(key)) {
                FileChannel channel = CacheLock.open(key);
                if (channel != null && isShared(channel)) {
                    HELD.put(key, channel);
                } else {
                    CacheLock.close(channel);
                }
            }
        }
        touch(key);
    }

    private static boolean isShared(FileChannel channel) {
        try {
            FileLock lock = channel.lock(0, Long.MAX_VALUE, true);
            return lock.isValid();
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Not by {@code Files}, which opens the file to do so, and so loses the lock when it closes it. A cache that is only read
     * does not know when it was used.
     */
    private static boolean touch(Path file) {
        return file.toFile().setLastModified(System.currentTimeMillis());
    }

    /**
     * The sole right to an entry that nobody uses: until it is closed nobody begins to.
     *
     * @return nothing where a process uses it, or where nobody can tell
     */
    static Optional<FileChannel> tryExclude(Path file) {
        Path key = file.toAbsolutePath().normalize();
        synchronized (HELD) {
            if (HELD.containsKey(key)) {
                return Optional.empty();
            }
            FileChannel channel = CacheLock.open(key);
            if (isExclusive(channel)) {
                return Optional.ofNullable(channel);
            }
            CacheLock.close(channel);
            return Optional.empty();
        }
    }

    private static boolean isExclusive(@Nullable FileChannel channel) {
        try {
            if (channel == null) {
                return false;
            }
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }
}
