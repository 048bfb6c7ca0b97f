package io.sinter.cache;

import io.sinter.progress.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The right to change an entry of the cache, of one thread of one process at a time. The operating system takes it back
 * when a process dies, however it dies.
 *
 * <p>Where the file system has no locks, or the lock's file cannot be made, threads of this process still exclude each
 * other and {@link #excludesProcesses} is false.
 */
public final class CacheLock implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 1_000;
    private static final long POLL_MILLIS = 50;

    /** Locks of files belong to the whole process, so that threads need one of their own before. */
    private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock thread;
    private final @Nullable FileChannel channel;

    private CacheLock(ReentrantLock thread, @Nullable FileChannel channel) {
        this.thread = thread;
        this.channel = channel;
    }

    /**
     * Waits for the lock; after a second it says so.
     *
     * @param file the lock's, made where it is not there; it stays, as a file that is locked cannot be removed safely
     * @param entry what is locked, for the message
     * @throws InterruptedIOException if the thread is interrupted
     */
    static CacheLock acquire(Path file, String entry, Progress progress) throws IOException {
        ReentrantLock thread = of(file);
        Wait wait = new Wait(entry, progress);
        while (!tryLock(thread)) {
            wait.on("another thread");
        }
        FileChannel channel = null;
        try {
            channel = open(file);
            while (channel != null && !isLocked(channel)) {
                wait.on("another process");
            }
            return new CacheLock(thread, channel);
        } catch (InterruptedIOException e) {
            release(thread, channel);
            throw e;
        } catch (IOException noLocksHere) {
            close(channel);
            return new CacheLock(thread, null);
        }
    }

    /** The lock, unless somebody has it; nothing too where nobody can tell. */
    static Optional<CacheLock> tryAcquire(Path file) {
        ReentrantLock thread = of(file);
        if (!thread.tryLock()) {
            return Optional.empty();
        }
        FileChannel channel = open(file);
        try {
            if (channel != null && isLocked(channel)) {
                return Optional.of(new CacheLock(thread, channel));
            }
        } catch (IOException noLocksHere) {
            // As if somebody had it.
        }
        release(thread, channel);
        return Optional.empty();
    }

    /** Whether other processes are kept out too. */
    public boolean excludesProcesses() {
        return channel != null;
    }

    @Override
    public void close() {
        release(thread, channel);
    }

    /** The file of a lock, opened, or null where that cannot be. */
    static @Nullable FileChannel open(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** The lock ends with the channel. */
    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static ReentrantLock of(Path file) {
        return THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), f -> new ReentrantLock());
    }

    private static boolean tryLock(ReentrantLock thread) throws InterruptedIOException {
        try {
            return thread.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static void release(ReentrantLock thread, @Nullable FileChannel channel) {
        close(channel);
        thread.unlock();
    }

    static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock is gone with the channel, which is all that is wanted.
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for a lock");
    }

    /** Time spent on waiting. */
    private static final class Wait {
        private final String entry;
        private final Progress progress;
        private final long since = System.nanoTime();
        private boolean told;

        private Wait(String entry, Progress progress) {
            this.entry = entry;
            this.progress = progress;
        }

        private void on(String whom) throws InterruptedIOException {
            if (!told && System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
                progress.note("waiting for %s that makes %s in the cache".formatted(whom, entry));
                told = true;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }
}
