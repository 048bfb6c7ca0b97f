package io.sinter.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums of bfloat16 vectors are those of a plain loop, to the bit; what is not finite is noticed; a file cut short throws. */
class BFloat16SumTest {

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "2, 1", "2, 7", "2, 16", "2, 33", "3, 1000", "2, 8192", "2, 20001", "5, 12345"})
    void into_anyNumberOfSources_givesTheBitsOfAPlainLoop(int count, int length) {
        Random random = new Random(31L * count + length);
        List<MemorySegment> sources = IntStream.range(0, count)
                .mapToObj(k ->
                        vector(random.ints(length).map(BFloat16SumTest::finite).toArray()))
                .toList();
        double[] factors = random.doubles(count, -2, 2).toArray();
        MemorySegment target = Arena.ofAuto().allocate(2L * length);

        assertThat(BFloat16Sum.into(factors, sources, target)).isTrue();

        assertThat(target.mismatch(plain(factors, sources, length))).isEqualTo(-1);
    }

    @Test
    void into_zerosOfEitherSign_keepsTheSign() {
        MemorySegment zeros = vector(0x8000, 0x8000, 0);
        MemorySegment target = Arena.ofAuto().allocate(6);

        BFloat16Sum.into(new double[] {0.5, 0.5}, List.of(zeros, zeros), target);

        assertThat(target.mismatch(zeros)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"7f80, 0", "ff80, 1", "7fc0, 31", "ff81, 64", "7f80, 65", "7fff, 8200"})
    void into_elementNotFinite_saysSoWhereverItIs(String bits, int place) {
        int[] elements = new int[8201];
        elements[place] = Integer.parseInt(bits, 16);
        MemorySegment target = Arena.ofAuto().allocate(2L * elements.length);

        for (int other : new int[] {0x3f80, 0xff7f, 0}) {
            int[] finite = new int[elements.length];
            finite[place] = other;
            assertThat(BFloat16Sum.into(new double[] {1, 0}, List.of(vector(finite), vector(elements)), target))
                    .isFalse();
            assertThat(BFloat16Sum.into(new double[] {1, 0}, List.of(vector(finite), vector(finite)), target))
                    .isTrue();
        }
    }

    @Test
    void into_fileCutShortWhileItIsMapped_throws(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("x"), new byte[1 << 20]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, 1 << 20, arena);
            MemorySegment target = arena.allocate(1 << 20);
            channel.truncate(1 << 12);

            assertThatThrownBy(() -> BFloat16Sum.into(new double[] {1}, List.of(mapped), target))
                    .isInstanceOf(InternalError.class);
        }
    }

    private static int finite(int bits) {
        return (bits & 0x7f80) == 0x7f80 ? bits & 0xbfff : bits;
    }

    private static MemorySegment vector(int... bits) {
        MemorySegment vector = Arena.ofAuto().allocate(2L * bits.length, 2);
        IntStream.range(0, bits.length).forEach(i -> vector.setAtIndex(TensorData.I16, i, (short) bits[i]));
        return vector;
    }

    private static MemorySegment plain(double[] factors, List<MemorySegment> sources, int length) {
        int[] sums = IntStream.range(0, length)
                .map(i -> {
                    double sum = -0.0;
                    for (int k = 0; k < factors.length; k++) {
                        sum += factors[k] * BFloat16.toFloat(sources.get(k).getAtIndex(TensorData.I16, i));
                    }
                    return BFloat16.fromFloat((float) sum);
                })
                .toArray();
        return vector(sums);
    }
}
