package io.sinter.tensor;

import io.sinter.error.OutputException;
import io.sinter.file.DiskSpace;
import io.sinter.file.Unfinished;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory for tensors of a task that may be larger than the machine's memory: native up to a budget, and beyond it mapped
 * from a file, which the system can write out when memory is short. Within {@link #during}, {@link TensorData#allocate}
 * takes its memory from here.
 */
public final class ScratchMemory {

    /** Bytes of native memory that a task gets before the file is used: those of a large table of an ordinary model. */
    public static final long NATIVE_BYTES = 64L << 20;

    /** Smaller tensors are native always: a mapping takes whole pages, and a system has only so many mappings. */
    private static final long SMALLEST = 1L << 20;

    private static final ScopedValue<ScratchMemory> CURRENT = ScopedValue.newInstance();
    private static final long PAGE = 4096;

    private final Path folder;
    private final long nativeBytes;
    private final Supplier<Arena> arena;
    private long usedNative;
    private long end;
    private @Nullable FileChannel channel;
    private @Nullable Path file;
    private @Nullable Unfinished unfinished;

    private ScratchMemory(Path folder, long nativeBytes, Supplier<Arena> arena) {
        this.folder = folder;
        this.nativeBytes = nativeBytes;
        this.arena = arena;
    }

    /**
     * Does something with scratch memory; what was allocated may be used afterwards, too. Other threads that the work
     * starts allocate native memory as usual.
     *
     * @param folder where the file goes, if one is needed; it is removed at the end
     * @param nativeBytes the budget, usually {@link #NATIVE_BYTES}
     * @throws OutputException if the folder cannot be written or the disk is full
     */
    public static <T> T during(Path folder, long nativeBytes, Supplier<T> work) {
        return new ScratchMemory(folder, nativeBytes, Arena::ofAuto).call(work);
    }

    /**
     * Does something whose tensors are not in its result and nobody needs afterwards, such as to build a model in order to see whether that works: all
     * that was allocated is freed at once, not when the garbage collector comes to it. The file goes to the system's
     * temporary folder.
     */
    public static <T> T duringCheck(Supplier<T> work) {
        try (Arena all = Arena.ofShared()) {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            return new ScratchMemory(folder, NATIVE_BYTES, () -> all).call(work);
        }
    }

    private <T> T call(Supplier<T> work) {
        try {
            return ScopedValue.where(CURRENT, this).call(work::get);
        } finally {
            removeFile();
        }
    }

    /** Zeroed memory that lives as long as it is reachable, or as the check that it is for. */
    static MemorySegment allocate(long bytes) {
        return bytes >= SMALLEST && CURRENT.isBound()
                ? CURRENT.get().take(bytes)
                : Arena.ofAuto().allocate(bytes, 64);
    }

    private synchronized MemorySegment take(long bytes) {
        if (bytes <= nativeBytes - usedNative) {
            usedNative += bytes;
            return arena.get().allocate(bytes, 64);
        }
        try {
            FileChannel open = channel();
            long offset = end;
            DiskSpace.reserve(file(), offset, bytes);
            end = Math.ceilDiv(Math.addExact(offset, bytes), PAGE) * PAGE;
            return open.map(MapMode.READ_WRITE, offset, bytes, arena.get());
        } catch (IOException e) {
            throw new OutputException(
                    "%s: no scratch file of %,d bytes: %s; make room, or write elsewhere"
                            .formatted(folder, bytes, e.getMessage()),
                    e);
        }
    }

    private Path file() {
        Path known = file;
        if (known == null) {
            known = folder.resolve(".scratch-" + ProcessHandle.current().pid() + "-" + System.identityHashCode(this));
            file = known;
        }
        return known;
    }

    private FileChannel channel() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            unfinished = Unfinished.of(file());
            open = FileChannel.open(
                    file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = open;
        }
        return open;
    }

    private synchronized void removeFile() {
        try (FileChannel open = channel;
                Unfinished _ = unfinished) {
            if (open != null) {
                Files.deleteIfExists(file());
            }
        } catch (IOException e) {
            Unfinished.deleteTree(file());
        }
    }
}
