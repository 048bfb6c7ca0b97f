package io.sinter.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The k largest against a sorted list. */
class SelectionTest {

    private static final long SEED = 7;

    /** How the numbers are distributed. */
    enum Numbers {
        GAUSSIAN,
        /** Most are equal to others. */
        TIED,
        /** Nine of ten are 0. */
        SPARSE,
        ALL_EQUAL,
        /** The blocks that a sample looks at are unlike the others: the window is wrong. */
        MISLEADING,
        /** From the smallest subnormal numbers to the largest. */
        WIDE;

        float at(int i, Random random) {
            return switch (this) {
                case GAUSSIAN -> (float) random.nextGaussian();
                case TIED -> random.nextInt(5) - 2;
                case SPARSE -> random.nextInt(10) == 0 ? random.nextFloat() : 0;
                case ALL_EQUAL -> 0.5f;
                case MISLEADING -> random.nextFloat() * (i / Reader.BLOCK % 8 == 0 ? 1000 : 1);
                case WIDE -> Float.intBitsToFloat(random.nextInt(0x7f7fffff));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void cuts_ofASmallTensor_areThoseOfASort(Numbers numbers) {
        check(numbers, 10_007, List.of(1L, 2L, 500L, 5003L, 10_005L, 10_006L));
    }

    /** Large enough for a sample, and for several parts. */
    @ParameterizedTest
    @EnumSource
    void cuts_ofALargeTensor_areThoseOfASort(Numbers numbers) {
        check(numbers, (1 << 20) + 4097, List.of(100L, 300_001L, 1_000_000L));
    }

    private static void check(Numbers numbers, int n, List<Long> counts) {
        Random random = new Random(SEED);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = numbers.at(i, random);
        }
        List<Integer> order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(values[i]))
                        .thenComparing(i -> i))
                .toList();
        List<Double> density = counts.stream().map(k -> (k + 0.5) / n).toList();
        TensorData tensor = TensorData.of(List.of((long) n), values);
        List<TensorData> models = new ArrayList<>();
        counts.forEach(k -> models.add(tensor));
        TensorGroup group = new TensorGroup("x", TensorData.allocate(DType.FLOAT, tensor.shape()), models, 0);
        Pruning pruning = MagnitudePruning.ofLargest(group, density);
        for (int c = 0; c < counts.size(); c++) {
            boolean[] expected = new boolean[n];
            order.subList(0, counts.get(c).intValue()).forEach(i -> expected[i] = true);
            assertThat(firstDifference(pruning, group, c, values, expected))
                    .as("%s, the %d largest, seed %d", numbers, counts.get(c), SEED)
                    .isEqualTo(-1);
        }
    }

    /** Index of the first element that is kept and should not be, or the other way round; −1 if there is none. */
    private static int firstDifference(Pruning pruning, TensorGroup group, int model, float[] values, boolean[] kept) {
        Pruning.Pruner pruner = pruning.open().apply(new Reader(group));
        float[] block = new float[Reader.BLOCK];
        for (int first = 0; first < values.length; first += Reader.BLOCK) {
            int count = Math.min(Reader.BLOCK, values.length - first);
            System.arraycopy(values, first, block, 0, count);
            pruner.prune(model, first, count, block);
            for (int i = 0; i < count; i++) {
                if (block[i] != (kept[first + i] ? values[first + i] : 0)) {
                    return first + i;
                }
            }
        }
        return -1;
    }
}
