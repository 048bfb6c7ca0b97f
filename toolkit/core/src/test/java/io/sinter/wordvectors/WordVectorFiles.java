package io.sinter.wordvectors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Files of word vectors in a folder. */
record WordVectorFiles(Path folder) {

    Path text(String name, String text) {
        return bytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path bytes(String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path gzipped(String name, byte[] bytes) {
        return bytes(name, gzip(bytes));
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** One row of word2vec's binary format. */
    static byte[] row(String word, String end, float... vector) {
        byte[] letters = word.getBytes(StandardCharsets.UTF_8);
        ByteBuffer row = ByteBuffer.allocate(letters.length + 1 + 4 * vector.length + end.length())
                .order(ByteOrder.LITTLE_ENDIAN);
        row.put(letters).put((byte) ' ');
        for (float number : vector) {
            row.putFloat(number);
        }
        return row.put(end.getBytes(StandardCharsets.US_ASCII)).array();
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static WordVectors read(Path file) {
        return WordVectorsReader.read(WordVectorHead.read(file));
    }
}
