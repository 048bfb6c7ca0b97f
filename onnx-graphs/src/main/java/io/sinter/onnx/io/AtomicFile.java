package io.sinter.onnx.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * A file that is there whole or not at all: written under a temporary name in the folder of its target, forced to the
 * disk, then renamed. A target that is mapped keeps its old content for whoever maps it.
 */
final class AtomicFile implements AutoCloseable {

    private static final int BUFFER = 1 << 20;
    private static final long CHUNK = 8L << 20;

    private final Path temporary;
    private final FileChannel channel;
    private final LongConsumer progress;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final MemorySegment bufferSegment = MemorySegment.ofBuffer(buffer);
    private long size;
    private boolean renamed;

    /** Begins a file in the folder of {@code target}, under a name that nothing has yet. */
    AtomicFile(Path target, LongConsumer progress) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), "the root is no file");
        String suffix = Long.toString(ProcessHandle.current().pid(), 36) + Long.toString(System.nanoTime(), 36);
        this.temporary = folder.resolve("." + absolute.getFileName() + "." + suffix + ".tmp");
        this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.progress = progress;
    }

    /** Bytes written so far. */
    long size() {
        return size;
    }

    /** Where the content is before {@link #renameTo}. */
    Path temporary() {
        return temporary;
    }

    /** Appends bytes: small pieces through a buffer, large ones straight from where they are. */
    void write(MemorySegment bytes) throws IOException {
        long length = bytes.byteSize();
        if (length <= buffer.remaining()) {
            append(bytes, 0, length);
        } else if (bytes.isNative()) {
            flush();
            for (long done = 0; done < length; done += CHUNK) {
                drain(bytes.asSlice(done, Math.min(CHUNK, length - done)).asByteBuffer());
            }
        } else {
            for (long done = 0; done < length; ) {
                long step = Math.min(buffer.remaining(), length - done);
                append(bytes, done, step);
                done += step;
                if (!buffer.hasRemaining()) {
                    flush();
                }
            }
        }
        size += length;
    }

    /** Appends zeros up to a position. */
    void padTo(long position) throws IOException {
        MemorySegment zeros = MemorySegment.ofArray(new byte[(int) Math.min(position - size, BUFFER)]);
        while (size < position) {
            write(zeros.asSlice(0, Math.min(zeros.byteSize(), position - size)));
        }
    }

    /** Brings everything to the disk. */
    void force() throws IOException {
        flush();
        channel.force(true);
    }

    /** Gives the forced file its name, in place of what had it. */
    void renameTo(Path target) throws IOException {
        channel.close();
        Files.move(temporary, target.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE);
        renamed = true;
        forceFolder(target);
    }

    /** Deletes the file unless it was renamed. */
    @Override
    public void close() {
        try {
            channel.close();
            if (!renamed) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(MemorySegment bytes, long from, long length) {
        MemorySegment.copy(bytes, from, bufferSegment, buffer.position(), length);
        buffer.position(buffer.position() + (int) length);
    }

    private void flush() throws IOException {
        drain(buffer.flip());
        buffer.clear();
    }

    private void drain(ByteBuffer bytes) throws IOException {
        long length = bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        if (length > 0) {
            progress.accept(length);
        }
    }

    /** Makes the rename itself durable, on systems where a folder can be opened. */
    private static void forceFolder(Path target) {
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no folders; the rename is atomic there as well, only not yet durable.
        }
    }
}
