package io.sinter.wordvectors;

import static io.sinter.wordvectors.WordVectorFiles.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.OutputException;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WordVectorsWriterTest {

    private static final long SEED = 20_261_123;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyFormat_readsBack_bitForBit(WordVectorFormat format) {
        SplittableRandom random = new SplittableRandom(SEED);
        int rows = 500;
        int width = 7;
        List<String> words = new ArrayList<>(List.of("1999", "", "ein\u00A0wort", "\uD83D\uDE00"));
        words.remove("");
        while (words.size() < rows) {
            words.add("w" + words.size() + "\u00e9");
        }
        float[] numbers = new float[rows * width];
        for (int i = 0; i < numbers.length; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            numbers[i] = Float.isFinite(any) ? any : -0f;
        }
        TensorData vectors = TensorData.of(List.of((long) rows, (long) width), numbers);
        Path file = folder.resolve("vectors" + format.extension());

        WordVectorsWriter.write(file, format, words, vectors);

        assertThat(WordVectorHead.read(file).format()).isEqualTo(format);
        WordVectors back = read(file);
        assertThat(back.words()).isEqualTo(words);
        assertThat(back.vectors().data().mismatch(vectors.data()))
                .as("seed %d", SEED)
                .isEqualTo(-1);
    }

    @Test
    void numberThatIsNotFinite_leavesNoFile() {
        Path file = folder.resolve("a.txt");
        TensorData vectors = TensorData.of(List.of(1L, 2L), 1f, Float.NaN);

        assertThatThrownBy(() -> WordVectorsWriter.write(file, WordVectorFormat.GLOVE, List.of("a"), vectors))
                .isInstanceOf(OutputException.class)
                .hasMessage(file + ": the vector of \"a\" holds NaN; word vectors are finite numbers");
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void wordsThatWouldNotReadBack_areNotWritable() {
        assertThat(List.of("", "a b", "a\tb", "a\n", "\r", "\u007F", "\uD800", "x".repeat(4097)))
                .noneMatch(WordVectorsWriter::isWritable);
        assertThat(List.of("a", "don't", "\u00A0", "##ing", "\uD83D\uDE00")).allMatch(WordVectorsWriter::isWritable);
    }
}
