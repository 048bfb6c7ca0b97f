package io.sinter.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.UnsupportedException;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConversionTest {

    @Test
    void float16_everyValue_survivesTheWayToFloatAndBack() {
        TensorData all = shorts(DType.FLOAT16, 0x10000);

        TensorData floats = Conversion.convert(all, DType.FLOAT);

        assertThat(Conversion.convert(floats, DType.FLOAT16).contentEquals(all)).isTrue();
        float[] expected = new float[0x10000];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Float.float16ToFloat((short) i);
        }
        assertThat(floats.toFloatArray()).isEqualTo(expected);
    }

    @Test
    void bfloat16_everyValue_survivesTheWayToFloatAndBack() {
        TensorData all = shorts(DType.BFLOAT16, 0x10000);

        assertThat(Conversion.convert(Conversion.convert(all, DType.FLOAT), DType.BFLOAT16)
                        .contentEquals(all))
                .isTrue();
    }

    @Test
    void floatToFloat16_halfwayBetweenNeighbours_goesToTheEvenOne() {
        Mismatches wrong = new Mismatches();
        for (int i = 0; i < 0x7c00; i++) {
            float low = Float.float16ToFloat((short) i);
            float high = i == 0x7bff ? 65536 : Float.float16ToFloat((short) (i + 1));
            float middle = (low + high) / 2;
            int even = (i & 1) == 0 ? i : i + 1;
            wrong.check(middle, Float16.fromFloat(middle), even);
            wrong.check(middle, Float16.fromFloat(Math.nextDown(middle)), i);
            wrong.check(middle, Float16.fromFloat(Math.nextUp(middle)), i + 1);
            wrong.check(middle, Float16.fromFloat(-middle), even | 0x8000);
        }
        wrong.assertNone();
    }

    @Test
    void floatToBfloat16_halfwayBetweenNeighbours_goesToTheEvenOne() {
        Mismatches wrong = new Mismatches();
        for (int i = 0; i < 0x7f80; i++) {
            int middle = i << 16 | 0x8000;
            int even = (i & 1) == 0 ? i : i + 1;
            wrong.check(middle, BFloat16.fromFloat(Float.intBitsToFloat(middle)), even);
            wrong.check(middle, BFloat16.fromFloat(Float.intBitsToFloat(middle - 1)), i);
            wrong.check(middle, BFloat16.fromFloat(Float.intBitsToFloat(middle + 1)), i + 1);
        }
        wrong.assertNone();
    }

    @Test
    void floatToFloat16_randomBits_agreesWithTheJdk() {
        Random random = new Random(16);
        Mismatches wrong = new Mismatches();
        for (int i = 0; i < 1_000_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isNaN(value)) {
                wrong.check(value, Float16.fromFloat(value), Float.floatToFloat16(value));
            }
        }
        wrong.assertNone();
    }

    /** Checks many numbers fast: a message is only made for what is wrong. */
    private static final class Mismatches {
        private final List<String> wrong = new ArrayList<>();

        void check(double value, short actual, int expected) {
            if (actual != (short) expected) {
                wrong.add("%s: got %x, expected %x".formatted(value, actual, (short) expected));
            }
        }

        void assertNone() {
            assertThat(wrong).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"7fc00000, 7e00, 7fc0", "7f800001, 7e00, 7fc0", "ff802000, fc01, ff80", "ffffffff, ffff, ffff"})
    void nan_toHalf_staysNanWithItsSign(String bits, String half, String bfloat) {
        float nan = Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16));

        assertThat(Integer.toHexString(Float16.fromFloat(nan) & 0xffff)).isEqualTo(half);
        int brain = BFloat16.fromFloat(nan) & 0xffff;
        assertThat(brain & 0x7fff).isGreaterThan(0x7f80);
        assertThat(brain & 0x8000).isEqualTo(Integer.parseInt(bfloat, 16) & 0x8000);
    }

    @Test
    void doubleToFloat16_betweenFloatAndTie_isRoundedOnce() {
        double justAboveTie = 1 + 0x1p-11 + 0x1p-40;
        TensorData doubles = doubles(justAboveTie, -justAboveTie, 1 + 0x1p-11, 1e300, -0.0, 1e-300, Double.NaN);

        short[] halves = Conversion.convert(doubles, DType.FLOAT16).data().toArray(TensorData.I16);
        short[] brains = Conversion.convert(doubles(1 + 0x1p-8 + 0x1p-40), DType.BFLOAT16)
                .data()
                .toArray(TensorData.I16);

        assertThat(halves).containsExactly(0x3c01, (short) 0xbc01, 0x3c00, 0x7c00, (short) 0x8000, 0, 0x7e00);
        assertThat(brains).containsExactly(0x3f81);
    }

    @Test
    void int64ToFloats_largeValues_areRoundedOnce() {
        long seed = 64;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            long value = switch (i) {
                case 0 -> Long.MIN_VALUE;
                case 1 -> Long.MAX_VALUE;
                default -> random.nextLong() >> random.nextInt(64);
            };
            long tie = (value & 0xff) << 55 | 1L << 54 | (random.nextInt(3) - 1);
            for (long number : new long[] {value, tie}) {
                TensorData source = TensorData.vector(number);
                assertThat(Conversion.convert(source, DType.FLOAT).toFloatArray())
                        .as("%d, seed %d", number, seed)
                        .containsExactly((float) number);
                float brain = Conversion.convert(Conversion.convert(source, DType.BFLOAT16), DType.FLOAT)
                        .toFloatArray()[0];
                assertThat(brain).as("%d, seed %d", number, seed).isEqualTo(rounded(BigDecimal.valueOf(number), 8));
            }
        }
    }

    @Test
    void uint64ToFloats_upperHalf_isPositive() {
        TensorData source = new TensorData(
                DType.UINT64, List.of(3L), MemorySegment.ofArray(new long[] {-1, Long.MIN_VALUE, 0x8000_0080_0000_0001L
                }));

        assertThat(Conversion.convert(source, DType.FLOAT).toFloatArray())
                .containsExactly(0x1p64f, 0x1p63f, 0x1.000002p63f);
        assertThat(Conversion.convert(source, DType.DOUBLE).data().toArray(TensorData.F64))
                .containsExactly(0x1p64, 0x1p63, 0x1.000001p63);
    }

    /** Correctly rounded to some bits, by decimal search between the two neighbours. */
    private static float rounded(BigDecimal value, int bits) {
        if (value.signum() == 0) {
            return 0;
        }
        int exponent = value.abs().toBigInteger().bitLength() - bits;
        BigDecimal unit = exponent >= 0
                ? new BigDecimal(BigInteger.TWO.pow(exponent))
                : BigDecimal.ONE.divide(new BigDecimal(BigInteger.TWO.pow(-exponent)), MathContext.UNLIMITED);
        return value.divide(unit, 0, RoundingMode.HALF_EVEN).multiply(unit).floatValue();
    }

    @ParameterizedTest
    @CsvSource({
        "INT8, 127, -128, -1",
        "UINT8, 255, 0, 0",
        "INT16, 32767, -32768, -1",
        "UINT16, 65535, 0, 0",
        "INT32, 2147483647, -2147483648, -1",
        "UINT32, 4294967295, 0, 0",
        "INT64, 9223372036854775807, -9223372036854775808, -1",
        "UINT64, -1, 0, 0"
    })
    void floatToInteger_outOfRange_isHeldToTheRange(DType type, long largest, long smallest, long minusOnePointNine) {
        TensorData source = TensorData.vector(1e30f, -1e30f, -1.9f, Float.NaN, 2.9f);

        TensorData integers = Conversion.convert(source, type);

        assertThat(integers(integers)).containsExactly(largest, smallest, minusOnePointNine, 0, 2);
    }

    @Test
    void integerToInteger_narrower_keepsTheLowBits() {
        TensorData source = TensorData.vector(-1L, 256L, 0x1_0000_0002L);

        assertThat(integers(Conversion.convert(source, DType.UINT8))).containsExactly(255, 0, 2);
        assertThat(integers(Conversion.convert(source, DType.INT8))).containsExactly(-1, 0, 2);
        assertThat(integers(Conversion.convert(source, DType.BOOL))).containsExactly(1, 1, 1);
        assertThat(integers(Conversion.convert(source, DType.UINT32))).containsExactly(0xffff_ffffL, 256, 2);
    }

    @Test
    void boolToFloat_anyNonZeroByte_isOne() {
        TensorData source = new TensorData(DType.BOOL, List.of(3L), MemorySegment.ofArray(new byte[] {0, 1, 2}));

        assertThat(Conversion.convert(source, DType.FLOAT).toFloatArray()).containsExactly(0, 1, 1);
    }

    @Test
    void convert_sameType_isTheSameTensor() {
        TensorData tensor = TensorData.vector(1f);

        assertThat(Conversion.convert(tensor, DType.FLOAT)).isSameAs(tensor);
    }

    @Test
    void convertInto_sliceOfALargerTensor_leavesTheRest() {
        TensorData target = TensorData.allocate(DType.FLOAT16, List.of(3L, 2L));

        Conversion.convertInto(TensorData.of(List.of(1L, 2L), 1f, -2f), target.rows(1, 2));

        assertThat(target.data().toArray(TensorData.I16)).containsExactly(0, 0, 0x3c00, (short) 0xc000, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"STRING", "COMPLEX64", "FLOAT8E5M2", "INT4"})
    void convert_toTypeThatCannotBeWritten_isRefused(DType type) {
        assertThatThrownBy(() -> Conversion.convert(TensorData.vector(1f, 2f), type))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("converting FLOAT to " + type + " is not supported");
    }

    @Test
    void convertInto_otherNumberOfElements_isRefused() {
        assertThatThrownBy(() ->
                        Conversion.convertInto(TensorData.vector(1f), TensorData.allocate(DType.DOUBLE, List.of(2L))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("FLOAT [1] into DOUBLE [2]: the numbers of elements differ");
    }

    private static TensorData shorts(DType type, int count) {
        short[] values = new short[count];
        for (int i = 0; i < count; i++) {
            values[i] = (short) i;
        }
        return new TensorData(type, List.of((long) count), MemorySegment.ofArray(values));
    }

    private static TensorData doubles(double... values) {
        return new TensorData(DType.DOUBLE, List.of((long) values.length), MemorySegment.ofArray(values));
    }

    private static long[] integers(TensorData tensor) {
        long[] values = new long[(int) tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Elements.getInteger(tensor.dtype(), tensor.data(), i);
        }
        return values;
    }
}
