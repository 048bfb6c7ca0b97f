package io.sinter.finetune.data;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * A file of UTF-8 lines that stays on the disk: it is mapped, and the system's cache holds of it what fits.
 *
 * @param file for messages
 * @param bytes its contents
 */
record TextLines(Path file, MemorySegment bytes) {

    /** The longest line that is read. */
    private static final int LONGEST = 16 << 20;

    /**
     * Where a line is.
     *
     * @param number from 1
     * @param start its first byte
     * @param length its bytes, without what ends it
     */
    record Line(int number, long start, int length) {}

    /**
     * Maps a file.
     *
     * @throws MissingException if there is no such file
     * @throws MalformedException if it cannot be read
     */
    static TextLines open(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new MalformedException(file + ": a directory, expected a file of examples");
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
                return new TextLines(file, bytes);
            }
        } catch (NoSuchFileException e) {
            throw new MissingException(file + ": no such file", e);
        } catch (IOException e) {
            throw new MalformedException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }

    /** Tells of every line that is not empty, in order. */
    void forEach(Consumer<Line> use) {
        long start = 0;
        int number = 0;
        while (start < bytes.byteSize()) {
            number++;
            long end = start;
            while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != '\n') {
                end++;
            }
            long last = end > start && bytes.get(ValueLayout.JAVA_BYTE, end - 1) == '\r' ? end - 1 : end;
            if (last - start > LONGEST) {
                throw new MalformedException(
                        "%s: line %d: %d bytes, at most %d are read".formatted(file, number, last - start, LONGEST));
            }
            if (last > start) {
                use.accept(new Line(number, start, (int) (last - start)));
            }
            start = end + 1;
        }
    }

    /**
     * A line's text.
     *
     * @throws MalformedException if it is not UTF-8
     */
    String text(Line line) {
        byte[] copy = bytes.asSlice(line.start, line.length).toArray(ValueLayout.JAVA_BYTE);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(copy))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(where(line) + ": no UTF-8", e);
        }
    }

    /** The line, for messages. */
    String where(Line line) {
        return "%s: line %d".formatted(file, line.number);
    }
}
