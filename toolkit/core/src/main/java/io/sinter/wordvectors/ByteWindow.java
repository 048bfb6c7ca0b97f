package io.sinter.wordvectors;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The bytes of a file, unpacked if it is gzipped, through a buffer of fixed size. */
final class ByteWindow implements AutoCloseable {

    /** Longest line, in bytes. */
    static final int SIZE = 2 << 20;

    /** Files of word vectors shrink to a third; what unpacks to more than this many times its size is something else. */
    static final int MAX_RATIO = 64;

    /** Bytes that are unpacked of any file. */
    private static final long SLACK = 1 << 20;

    private final Path file;
    private final InputStream in;
    private final long limit;
    private final byte[] buffer = new byte[SIZE];
    private int from;
    private int to;
    private long read;
    private boolean ended;

    private ByteWindow(Path file, InputStream in, long limit) {
        this.file = file;
        this.in = in;
        this.limit = limit;
    }

    /** Whether a file begins as gzip's do. */
    static boolean isPacked(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == 0x1f && in.read() == 0x8b;
        } catch (IOException e) {
            throw new MissingException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Opens a file at its beginning. */
    static ByteWindow open(Path file) {
        try {
            boolean packed = isPacked(file);
            long limit = maxBytes(file);
            InputStream raw = Files.newInputStream(file);
            return new ByteWindow(file, packed ? unpacking(raw) : raw, limit);
        } catch (IOException e) {
            throw new MalformedException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static InputStream unpacking(InputStream raw) throws IOException {
        try {
            return new GZIPInputStream(new BufferedInputStream(raw, 1 << 16), 1 << 16);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** The most bytes that a file can hold: its size, or what is unpacked of it at most. */
    static long maxBytes(Path file) {
        try {
            return isPacked(file) ? SLACK + Files.size(file) * MAX_RATIO : Files.size(file);
        } catch (IOException e) {
            throw new MissingException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Where what is left is, up to {@link #to}. */
    byte[] buffer() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** How many bytes were taken so far. */
    long position() {
        return read - (to - from);
    }

    /** Goes on behind what was used. */
    void moveTo(int index) {
        from = index;
    }

    /** Reads on until {@code count} bytes are there; false if the file ends before. */
    boolean require(int count) {
        while (to - from < count && !ended) {
            fill();
        }
        return to - from >= count;
    }

    /**
     * The end of the line that begins at {@link #from}: its line feed, or the end of the file; −1 if nothing is left.
     *
     * @param where begins the message if there is none within {@link #SIZE} bytes
     */
    int lineEnd(String where) {
        int i = from;
        while (true) {
            for (; i < to; i++) {
                if (buffer[i] == '\n') {
                    return i;
                }
            }
            if (ended) {
                return from == to ? -1 : to;
            }
            if (to - from == SIZE) {
                throw new MalformedException(
                        "%s: a line of more than %d bytes, so no word vectors as text".formatted(where, SIZE));
            }
            int done = i - from;
            fill();
            i = from + done;
        }
    }

    private void fill() {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        try {
            int count = in.read(buffer, to, SIZE - to);
            ended = count < 0;
            to += Math.max(0, count);
            read += Math.max(0, count);
        } catch (IOException e) {
            throw new MalformedException(
                    "%s: cannot be read: %s; is the file whole?".formatted(file, e.getMessage()), e);
        }
        if (read > limit) {
            throw new MalformedException(
                    "%s: unpacks to more than %d times its size, which word vectors do not; if they are, unpack it first"
                            .formatted(file, MAX_RATIO));
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new MalformedException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
