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
    private long usedNative;
    private long end;
    private @Nullable FileChannel channel;
    private @Nullable Path file;

    private ScratchMemory(Path folder, long nativeBytes) {
        this.folder = folder;
        this.nativeBytes = nativeBytes;
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
        ScratchMemory scratch = new ScratchMemory(folder, nativeBytes);
        try {
            return ScopedValue.where(CURRENT, scratch).call(work::get);
        } finally {
            scratch.removeFile();
        }
    }

    /** Zeroed memory that lives as long as it is reachable. */
    static MemorySegment allocate(long bytes) {
        return bytes >= SMALLEST && CURRENT.isBound() ? CURRENT.get().take(bytes) : ofNative(bytes);
    }

    private static MemorySegment ofNative(long bytes) {
        return Arena.ofAuto().allocate(bytes, 64);
    }

    private synchronized MemorySegment take(long bytes) {
        if (bytes <= nativeBytes - usedNative) {
            usedNative += bytes;
            return ofNative(bytes);
        }
        try {
            FileChannel open = channel();
            long offset = end;
            DiskSpace.reserve(file(), offset, bytes);
            end = Math.ceilDiv(Math.addExact(offset, bytes), PAGE) * PAGE;
            return open.map(MapMode.READ_WRITE, offset, bytes, Arena.ofAuto());
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
            open = FileChannel.open(
                    file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = open;
        }
        return open;
    }

    private synchronized void removeFile() {
        try (FileChannel open = channel) {
            if (open != null) {
                Files.deleteIfExists(file());
            }
        } catch (IOException e) {
            Unfinished.deleteTree(file());
        }
    }
}
