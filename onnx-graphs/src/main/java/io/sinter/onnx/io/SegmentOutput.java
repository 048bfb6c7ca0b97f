package io.sinter.onnx.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;

/**
 * Appends memory to a file: small and heap segments through one buffer, large native ones straight from where they are.
 */
final class SegmentOutput {

    /** Larger pieces of a mapping that has not been touched yet cost up to twice the time (Linux 6.18, ext4). */
    private static final int CHUNK = 1 << 20;

    private final FileChannel channel;
    private final LongConsumer progress;
    private final WriteOptions.Ready ready;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
    private final MemorySegment bufferSegment = MemorySegment.ofBuffer(buffer);
    private long position;

    /**
     * Writes from the beginning of a file.
     *
     * @param options who is told how many more bytes were written, and what is waited for
     */
    SegmentOutput(FileChannel channel, WriteOptions options) {
        this.channel = channel;
        this.progress = options.progress();
        this.ready = options.ready();
    }

    /** Appends bytes. */
    void write(MemorySegment bytes) throws IOException {
        long length = bytes.byteSize();
        if (bytes.isNative() && length > CHUNK) {
            flush();
            for (long done = 0; done < length; done += CHUNK) {
                MemorySegment chunk = bytes.asSlice(done, Math.min(CHUNK, length - done));
                ready.await(chunk);
                drain(chunk.asByteBuffer());
            }
        } else {
            ready.await(bytes);
            buffered(bytes);
        }
        position += length;
    }

    /** Appends zeros up to a position of the file. */
    void padTo(long offset) throws IOException {
        MemorySegment zeros = MemorySegment.ofArray(new byte[(int) Math.min(offset - position, CHUNK)]);
        while (position < offset) {
            write(zeros.asSlice(0, Math.min(zeros.byteSize(), offset - position)));
        }
    }

    /** Hands what is still in the buffer to the file. */
    void flush() throws IOException {
        drain(buffer.flip());
        buffer.clear();
    }

    private void buffered(MemorySegment bytes) throws IOException {
        for (long done = 0; done < bytes.byteSize(); ) {
            int step = (int) Math.min(buffer.remaining(), bytes.byteSize() - done);
            MemorySegment.copy(bytes, done, bufferSegment, buffer.position(), step);
            buffer.position(buffer.position() + step);
            done += step;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
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
}
