package io.sinter.checkpoint;

import io.sinter.error.OutputException;
import io.sinter.file.DiskSpace;
import io.sinter.file.Unfinished;
import io.sinter.linalg.Matrix;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * Memory for tensors that are made before they are merged: native where they are small, else a mapped file without a name,
 * which the system may write out and which is gone with the memory.
 *
 * @param arena how long it lives
 * @param folder where files may lie
 */
public record Scratch(Arena arena, Path folder) {

    /** Tensors of more than this many bytes are in a file. */
    private static final long IN_MEMORY = 32L << 20;

    /**
     * A tensor of zeros.
     *
     * @throws OutputException if the folder has no room for it
     */
    public TensorData allocate(DType dtype, List<Long> shape) {
        long bytes = dtype.byteSize(TensorData.elementCount(shape));
        return new TensorData(dtype, shape, bytes <= IN_MEMORY ? arena.allocate(bytes, 64) : mapped(bytes));
    }

    /** A square matrix of zeros. */
    public Matrix square(int order) {
        return new Matrix(
                order,
                order,
                allocate(DType.DOUBLE, List.of((long) order, (long) order)).data());
    }

    private MemorySegment mapped(long bytes) {
        Path file = folder.resolve(".scratch-" + UUID.randomUUID());
        try (Unfinished _ = Unfinished.of(Files.createFile(file))) {
            try {
                DiskSpace.reserve(file, 0, bytes);
            } catch (OutputException e) {
                Files.delete(file);
                throw e;
            }
            return map(file, bytes);
        } catch (IOException e) {
            throw new OutputException(
                    folder + ": no room for a tensor of %,d bytes: %s".formatted(bytes, e.getMessage()), e);
        }
    }

    /** Opening takes the file's name away, so that nothing of it outlives the memory. */
    private MemorySegment map(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            return channel.map(MapMode.READ_WRITE, 0, bytes, arena);
        }
    }
}
