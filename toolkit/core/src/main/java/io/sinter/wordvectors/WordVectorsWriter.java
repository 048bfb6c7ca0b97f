package io.sinter.wordvectors;

import io.sinter.error.OutputException;
import io.sinter.file.AtomicFile;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes files of word vectors. Numbers are float32; as text, the shortest decimals that read back to the same bits.
 */
public final class WordVectorsWriter {

    private WordVectorsWriter() {}

    /**
     * Whether a word can be written so that it reads back: not empty, of at most 4096 bytes, without white space of ASCII
     * and control characters.
     */
    public static boolean isWritable(String word) {
        return !word.isEmpty()
                && word.chars().allMatch(c -> c > ' ' && c != 0x7F)
                && StandardCharsets.UTF_8.newEncoder().canEncode(word)
                && word.getBytes(StandardCharsets.UTF_8).length <= WordVectorHead.MAX_WORD;
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @param words distinct, each {@link #isWritable}
     * @param vectors floats {@code [V, d]}
     * @throws OutputException if a number is not finite, which the format cannot hold, or the file cannot be written
     */
    public static void write(Path file, WordVectorFormat format, List<String> words, TensorData vectors) {
        if (vectors.rank() != 2 || vectors.dim(0) != words.size()) {
            throw new IllegalArgumentException("%d words, vectors %s".formatted(words.size(), vectors.describe()));
        }
        TensorData numbers = Conversion.convert(vectors, DType.FLOAT);
        AtomicFile.write(file, 0, channel -> {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            if (format != WordVectorFormat.GLOVE) {
                out.write("%d %d\n".formatted(words.size(), vectors.dim(1)).getBytes(StandardCharsets.US_ASCII));
            }
            for (int row = 0; row < words.size(); row++) {
                out.write(words.get(row).getBytes(StandardCharsets.UTF_8));
                writeRow(file, out, format, words.get(row), numbers.rows(row, row + 1));
                out.write('\n');
            }
            out.flush();
        });
    }

    private static void writeRow(Path file, OutputStream out, WordVectorFormat format, String word, TensorData row)
            throws IOException {
        float[] vector = row.toFloatArray();
        for (float number : vector) {
            if (!Float.isFinite(number)) {
                throw new OutputException("%s: the vector of \"%s\" holds %s; word vectors are finite numbers"
                        .formatted(file, word, number));
            }
        }
        switch (format) {
            case WORD2VEC_BINARY -> {
                out.write(' ');
                out.write(row.data().toArray(ValueLayout.JAVA_BYTE));
            }
            case WORD2VEC, GLOVE, FASTTEXT -> {
                StringBuilder text = new StringBuilder(vector.length * 12);
                for (float number : vector) {
                    text.append(' ').append(number);
                }
                out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
            }
        }
    }
}
