package io.sinter.safetensors;

import io.sinter.error.UnsupportedException;
import io.sinter.file.AtomicFile;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes safetensors files: streaming, deterministic, whole or not at all. Writing onto a file whose tensors are being
 * written (or mapped by anybody) works, since the new file takes its name only when it is complete.
 *
 * <p>Tensors lie in descending order of element size, so that each is aligned to its elements, then by name: the same
 * tensors give the same bytes whatever order they come in.
 */
public final class SafetensorsWriter {

    /** A megabyte stays in the cache between mapping and kernel: larger and smaller pieces cost a third more processor time. */
    private static final long PIECE = 1 << 20;

    private static final Comparator<Map.Entry<String, TensorContent>> ORDER = Comparator.comparingInt(
                    (Map.Entry<String, TensorContent> e) ->
                            -e.getValue().dtype().bits())
            .thenComparing(Map.Entry::getKey);

    private final FileChannel channel;
    private final WriteOptions.Progress progress;
    private final long total;
    private long written;

    private SafetensorsWriter(FileChannel channel, WriteOptions.Progress progress, long total) {
        this.channel = channel;
        this.progress = progress;
        this.total = total;
    }

    /**
     * Writes tensors that are there already.
     *
     * @see #write(Path, Map, WriteOptions)
     */
    public static void write(Path file, Map<String, TensorData> tensors, Map<String, String> metadata) {
        Map<String, TensorContent> contents = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> contents.put(name, TensorContent.of(tensor)));
        write(file, contents, WriteOptions.of(metadata));
    }

    /**
     * Writes tensors, each made when its turn comes.
     *
     * @throws UnsupportedException if the format lacks an element type
     * @throws io.sinter.error.MalformedException if the result would break a rule of the format
     * @throws io.sinter.error.OutputException if the file cannot be written
     * @throws IllegalArgumentException if a producer gives more or fewer bytes than its shape needs
     */
    public static void write(Path file, Map<String, TensorContent> tensors, WriteOptions options) {
        List<Map.Entry<String, TensorContent>> ordered =
                tensors.entrySet().stream().sorted(ORDER).toList();
        Header header = new Header(layOut(file.toString(), ordered), options.metadata());
        long total = header.entries().isEmpty() ? 0 : header.entries().getLast().end();
        header.validate(file.toString(), total);
        ByteBuffer start = HeaderWriter.write(file.toString(), header);
        AtomicFile.write(file, Math.addExact(start.remaining(), total), channel -> {
            SafetensorsWriter writer = new SafetensorsWriter(channel, options.progress(), total);
            writer.writeFully(start);
            try {
                ordered.forEach(tensor -> writer.writeTensor(tensor.getKey(), tensor.getValue()));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }

    /** The names of tensors in the order in which they are written, and so asked for. */
    public static List<String> order(Map<String, TensorContent> tensors) {
        return tensors.entrySet().stream().sorted(ORDER).map(Map.Entry::getKey).toList();
    }

    private static List<TensorEntry> layOut(String where, List<Map.Entry<String, TensorContent>> ordered) {
        List<TensorEntry> entries = new ArrayList<>();
        long position = 0;
        for (Map.Entry<String, TensorContent> tensor : ordered) {
            TensorContent content = tensor.getValue();
            if (content.dtype().safetensorsName().isEmpty()) {
                throw new UnsupportedException("%s: tensor \"%s\": safetensors has no type for %s; convert it first"
                        .formatted(where, tensor.getKey(), content.dtype()));
            }
            long end = Math.addExact(position, byteSize(content));
            entries.add(new TensorEntry(tensor.getKey(), content.dtype(), content.shape(), position, end));
            position = end;
        }
        return entries;
    }

    private static long byteSize(TensorContent content) {
        return content.dtype().byteSize(TensorData.elementCount(content.shape()));
    }

    private void writeTensor(String name, TensorContent content) {
        long begin = written;
        long size = byteSize(content);
        content.producer().accept(bytes -> {
            if (bytes.byteSize() > begin + size - written) {
                throw new IllegalArgumentException("tensor \"%s\": more than the %d bytes that %s %s needs"
                        .formatted(name, size, content.dtype(), content.shape()));
            }
            writeSegment(bytes);
        });
        if (written != begin + size) {
            throw new IllegalArgumentException("tensor \"%s\": %d bytes, but %s %s needs %d"
                    .formatted(name, written - begin, content.dtype(), content.shape(), size));
        }
    }

    private void writeSegment(MemorySegment bytes) {
        for (long at = 0; at < bytes.byteSize(); at += PIECE) {
            MemorySegment piece = bytes.asSlice(at, Math.min(PIECE, bytes.byteSize() - at));
            try {
                writeFully(piece.isNative() ? piece.asByteBuffer() : copyOf(piece));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            written += piece.byteSize();
            progress.advanced(written, total);
        }
    }

    /** A heap array of floats or longs has no byte buffer. */
    private static ByteBuffer copyOf(MemorySegment piece) {
        ByteBuffer copy = ByteBuffer.allocateDirect((int) piece.byteSize());
        MemorySegment.ofBuffer(copy).copyFrom(piece);
        return copy;
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
