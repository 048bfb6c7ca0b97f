package io.sinter.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain and vector kernels give the same bits, at every length and alignment. */
class KernelsTest {

    private static final int[] LENGTHS = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1000, 1023};

    private final Kernels plain = new PlainKernels();
    private final Kernels vector = new VectorKernels();

    /** Native and heap memory, aligned to the element and not. */
    record Place(boolean heap, int offset) {
        MemorySegment allocate(long bytes) {
            MemorySegment memory = heap
                    ? MemorySegment.ofArray(new byte[(int) bytes + offset])
                    : Arena.ofAuto().allocate(bytes + offset);
            return memory.asSlice(offset, bytes);
        }
    }

    static Stream<Place> places() {
        return Stream.of(
                new Place(false, 0), new Place(false, 1), new Place(false, 6), new Place(true, 0), new Place(true, 3));
    }

    @ParameterizedTest
    @MethodSource("places")
    void elementwise_plainAndVector_giveEqualBits(Place place) {
        for (int length : LENGTHS) {
            Random random = new Random(length);
            MemorySegment source = floats(place, length, random);
            MemorySegment scaled = place.allocate(4L * length);
            MemorySegment expected = place.allocate(4L * length);
            float factor = (float) random.nextGaussian();

            plain.scale(factor, source, expected);
            vector.scale(factor, source, scaled);
            assertThat(expected.mismatch(scaled)).as("scale %d", length).isEqualTo(-1);

            plain.addScaled(-factor / 3, source, expected);
            vector.addScaled(-factor / 3, source, scaled);
            assertThat(expected.mismatch(scaled)).as("addScaled %d", length).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void reductions_plainAndVector_giveEqualBits(Place place) {
        for (int length : LENGTHS) {
            Random random = new Random(length);
            MemorySegment a = floats(place, length, random);
            MemorySegment b = floats(place, length, random);

            assertThat(vector.dot(a, b)).as("dot %d", length).isEqualTo(plain.dot(a, b));
            assertThat(vector.sum(a)).as("sum %d", length).isEqualTo(plain.sum(a));
            double[] expected = random.doubles(length).toArray();
            double[] totals = expected.clone();
            plain.accumulate(a, expected);
            vector.accumulate(a, totals);
            assertThat(totals).as("accumulate %d", length).isEqualTo(expected);
        }
    }

    @Test
    void dot_simpleNumbers_isTheSumOfProducts() {
        MemorySegment a = MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        MemorySegment b = MemorySegment.ofArray(new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5f});

        for (Kernels kernels : new Kernels[] {plain, vector}) {
            assertThat(kernels.dot(a, b)).isEqualTo(50);
            assertThat(kernels.sum(a)).isEqualTo(55);
        }
    }

    @Test
    void sum_lanes_areAddedInTheDocumentedOrder() {
        float[] values = {1e16f, 1, 1e16f, 1, -1e16f, 1, -1e16f, 1, 3};
        double[] s = new double[8];
        for (int i = 0; i < values.length; i++) {
            s[i % 8] += values[i];
        }
        double expected = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));

        assertThat(plain.sum(MemorySegment.ofArray(values))).isEqualTo(expected);
        assertThat(vector.sum(MemorySegment.ofArray(values))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 40, 41})
    void range_nansInfinitiesAndZeros_areToldApart(int length) {
        float[] values = new float[length];
        Random random = new Random(length);
        for (int i = 0; i < length; i++) {
            values[i] = switch (random.nextInt(6)) {
                case 0 -> Float.NaN;
                case 1 -> -0f;
                case 2 -> 0f;
                case 3 -> Float.NEGATIVE_INFINITY;
                default -> (float) random.nextGaussian();
            };
        }
        MemorySegment source = MemorySegment.ofArray(values);

        assertThat(vector.range(source)).isEqualTo(plain.range(source));
        long nans = Stream.of(boxed(values)).filter(v -> v.isNaN()).count();
        assertThat(plain.range(source).nanCount()).isEqualTo(nans);
    }

    @Test
    void range_signedZeros_arePositive() {
        float[] values = new float[9];
        values[4] = -0f;
        values[8] = -0f;

        for (Kernels kernels : new Kernels[] {plain, vector}) {
            assertThat(kernels.range(MemorySegment.ofArray(values))).isEqualTo(new Range(0f, 0f, 0));
            assertThat(kernels.range(MemorySegment.ofArray(new float[0]))).isEqualTo(Range.EMPTY);
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void halfConversions_plainAndVector_giveEqualBits(Place place) {
        for (int length : LENGTHS) {
            Random random = new Random(length);
            MemorySegment shorts = place.allocate(2L * length);
            MemorySegment floats = place.allocate(4L * length);
            for (int i = 0; i < length; i++) {
                shorts.set(TensorData.I16, 2L * i, (short) random.nextInt());
                floats.set(TensorData.I32, 4L * i, random.nextInt());
            }

            assertEqual(place, 4 * length, shorts, plain::float16ToFloat, vector::float16ToFloat);
            assertEqual(place, 4 * length, shorts, plain::bfloat16ToFloat, vector::bfloat16ToFloat);
            assertEqual(place, 2 * length, floats, plain::floatToFloat16, vector::floatToFloat16);
            assertEqual(place, 2 * length, floats, plain::floatToBfloat16, vector::floatToBfloat16);
        }
    }

    @Test
    @Tag("slow")
    void kernels_beyondTwoGigabytes_reachTheLastElement() {
        long count = (1L << 29) + 5;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment large = arena.allocate(count * 4, 4);
            large.set(TensorData.F32, (count - 1) * 4, 3f);
            large.set(TensorData.F32, (count - 9) * 4, -2f);

            for (Kernels kernels : new Kernels[] {plain, vector}) {
                warmUp(kernels);
                assertThat(kernels.dot(large, large)).isEqualTo(13);
            }
        }
    }

    /** Cold vector kernels would take a minute. */
    private static void warmUp(Kernels kernels) {
        MemorySegment few = Arena.ofAuto().allocate(4096, 4);
        for (int i = 0; i < 20_000; i++) {
            assertThat(kernels.dot(few, few) == 0).isTrue();
        }
    }

    @Test
    void adaptive_beforeWhileAndAfterWarmingUp_givesThePlainBits() {
        Kernels adaptive = new AdaptiveKernels(plain, vector, 100_000);
        long seed = 3;
        Random random = new Random(seed);
        Place place = new Place(false, 0);
        MemorySegment a = floats(place, 100, random);
        MemorySegment b = floats(place, 100, random);
        double expected = plain.dot(a, b);
        int wrong = 0;
        for (int i = 0; i < 200_000; i++) {
            wrong += adaptive.dot(a, b) == expected ? 0 : 1;
        }
        assertThat(wrong).as("seed %d", seed).isZero();
    }

    private interface Convert {
        void apply(MemorySegment source, MemorySegment target);
    }

    private static void assertEqual(Place place, int bytes, MemorySegment source, Convert first, Convert second) {
        MemorySegment expected = place.allocate(bytes);
        MemorySegment actual = place.allocate(bytes);
        first.apply(source, expected);
        second.apply(source, actual);
        assertThat(expected.mismatch(actual)).as("%d bytes", bytes).isEqualTo(-1);
    }

    private static MemorySegment floats(Place place, int length, Random random) {
        MemorySegment segment = place.allocate(4L * length);
        for (int i = 0; i < length; i++) {
            segment.set(TensorData.F32, 4L * i, (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4)));
        }
        return segment;
    }

    private static Float[] boxed(float[] values) {
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return boxed;
    }
}
