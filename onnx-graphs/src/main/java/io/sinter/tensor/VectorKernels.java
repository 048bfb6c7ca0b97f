package io.sinter.tensor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on 256-bit vectors: eight floats a step, which is the number of lanes that the results are defined by. What
 * is left over goes through the plain loops.
 */
final class VectorKernels implements Kernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;

    private static final int STEP = LANES * Float.BYTES;

    private final PlainKernels plain = new PlainKernels();

    /** Whether this machine has registers of 256 bits: without, the JVM emulates them slowly. */
    static boolean isFast() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize() >= FLOATS.vectorBitSize();
    }

    @Override
    public void scale(float factor, MemorySegment source, MemorySegment target) {
        long end = whole(target);
        for (long at = 0; at < end; at += STEP) {
            floats(source, at).mul(factor).intoMemorySegment(target, at, LITTLE_ENDIAN);
        }
        plain.scale(factor, source.asSlice(end), target.asSlice(end));
    }

    @Override
    public void addScaled(float factor, MemorySegment source, MemorySegment target) {
        long end = whole(target);
        for (long at = 0; at < end; at += STEP) {
            floats(target, at).add(floats(source, at).mul(factor)).intoMemorySegment(target, at, LITTLE_ENDIAN);
        }
        plain.addScaled(factor, source.asSlice(end), target.asSlice(end));
    }

    @Override
    public double dot(MemorySegment a, MemorySegment b) {
        long end = whole(a);
        DoubleVector low = DoubleVector.zero(DOUBLES);
        DoubleVector high = DoubleVector.zero(DOUBLES);
        for (long at = 0; at < end; at += STEP) {
            FloatVector x = floats(a, at);
            FloatVector y = floats(b, at);
            low = doubles(x, 0).mul(doubles(y, 0)).add(low);
            high = doubles(x, 1).mul(doubles(y, 1)).add(high);
        }
        double[] sums = lanes(low, high);
        PlainKernels.addProducts(a, b, end, sums);
        return PlainKernels.total(sums);
    }

    @Override
    public double sum(MemorySegment a) {
        long end = whole(a);
        DoubleVector low = DoubleVector.zero(DOUBLES);
        DoubleVector high = DoubleVector.zero(DOUBLES);
        for (long at = 0; at < end; at += STEP) {
            FloatVector x = floats(a, at);
            low = low.add(doubles(x, 0));
            high = high.add(doubles(x, 1));
        }
        double[] sums = lanes(low, high);
        PlainKernels.addElements(a, end, sums);
        return PlainKernels.total(sums);
    }

    @Override
    public void accumulate(MemorySegment source, double[] totals) {
        int end = totals.length / LANES * LANES;
        for (int i = 0; i < end; i += LANES) {
            FloatVector x = floats(source, (long) i * Float.BYTES);
            DoubleVector.fromArray(DOUBLES, totals, i).add(doubles(x, 0)).intoArray(totals, i);
            DoubleVector.fromArray(DOUBLES, totals, i + 4).add(doubles(x, 1)).intoArray(totals, i + 4);
        }
        PlainKernels.accumulate(source, end, totals);
    }

    @Override
    public Range range(MemorySegment source) {
        long end = whole(source);
        FloatVector min = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
        FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        long nans = 0;
        for (long at = 0; at < end; at += STEP) {
            FloatVector x = floats(source, at);
            VectorMask<Float> nan = x.test(VectorOperators.IS_NAN);
            nans += nan.trueCount();
            min = min.min(x.blend(Float.POSITIVE_INFINITY, nan));
            max = max.max(x.blend(Float.NEGATIVE_INFINITY, nan));
        }
        Range vectors =
                new Range(min.reduceLanes(VectorOperators.MIN) + 0f, max.reduceLanes(VectorOperators.MAX) + 0f, nans);
        return vectors.union(plain.range(source.asSlice(end)));
    }

    @Override
    public void float16ToFloat(MemorySegment source, MemorySegment target) {
        long end = whole(target);
        for (long at = 0; at < end; at += STEP) {
            IntVector half = ints(source, at / 2);
            IntVector magnitude = half.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
            IntVector rebiased = magnitude.add(Float16.REBIAS);
            IntVector subnormal = rebiased.add(1 << 23)
                    .reinterpretAsFloats()
                    .sub(Float.intBitsToFloat(Float16.SMALLEST_NORMAL))
                    .reinterpretAsInts();
            rebiased.blend(subnormal, magnitude.lt(1 << 23))
                    .blend(
                            rebiased.add(Float16.REBIAS),
                            magnitude.compare(VectorOperators.GE, Float16.SHIFTED_INFINITY))
                    .or(half.and(0x8000).lanewise(VectorOperators.LSHL, 16))
                    .intoMemorySegment(target, at, LITTLE_ENDIAN);
        }
        plain.float16ToFloat(source.asSlice(end / 2), target.asSlice(end));
    }

    @Override
    public void floatToFloat16(MemorySegment source, MemorySegment target) {
        long end = whole(source);
        for (long at = 0; at < end; at += STEP) {
            IntVector bits = IntVector.fromMemorySegment(INTS, source, at, LITTLE_ENDIAN);
            IntVector magnitude = bits.and(0x7fffffff);
            IntVector odd = magnitude.lanewise(VectorOperators.LSHR, 13).and(1);
            IntVector normal = magnitude.add(0xfff - Float16.REBIAS).add(odd).lanewise(VectorOperators.LSHR, 13);
            IntVector subnormal = magnitude
                    .reinterpretAsFloats()
                    .add(Float.intBitsToFloat(Float16.SUBNORMAL_SHIFT))
                    .reinterpretAsInts()
                    .sub(Float16.SUBNORMAL_SHIFT);
            IntVector payload = magnitude.lanewise(VectorOperators.LSHR, 13).and(0x3ff);
            IntVector nan = payload.blend(0x200, payload.eq(0)).or(0x7c00);
            store(
                    normal.blend(subnormal, magnitude.lt(Float16.SMALLEST_NORMAL))
                            .blend(0x7c00, magnitude.compare(VectorOperators.GE, Float16.BEYOND))
                            .blend(nan, magnitude.compare(VectorOperators.GT, 0x7f800000))
                            .or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000)),
                    target,
                    at / 2);
        }
        plain.floatToFloat16(source.asSlice(end), target.asSlice(end / 2));
    }

    @Override
    public void bfloat16ToFloat(MemorySegment source, MemorySegment target) {
        long end = whole(target);
        for (long at = 0; at < end; at += STEP) {
            ints(source, at / 2).lanewise(VectorOperators.LSHL, 16).intoMemorySegment(target, at, LITTLE_ENDIAN);
        }
        plain.bfloat16ToFloat(source.asSlice(end / 2), target.asSlice(end));
    }

    @Override
    public void floatToBfloat16(MemorySegment source, MemorySegment target) {
        long end = whole(source);
        for (long at = 0; at < end; at += STEP) {
            IntVector bits = IntVector.fromMemorySegment(INTS, source, at, LITTLE_ENDIAN);
            IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
            IntVector rounded = bits.add(upper.and(1)).add(0x7fff).lanewise(VectorOperators.LSHR, 16);
            IntVector nan = upper.blend(upper.or(0x40), upper.and(0x7f).eq(0));
            store(rounded.blend(nan, bits.and(0x7fffffff).compare(VectorOperators.GT, 0x7f800000)), target, at / 2);
        }
        plain.floatToBfloat16(source.asSlice(end), target.asSlice(end / 2));
    }

    /** Bytes of a float32 segment that whole vectors cover. */
    private static long whole(MemorySegment floats) {
        return floats.byteSize() / STEP * STEP;
    }

    private static FloatVector floats(MemorySegment source, long at) {
        return FloatVector.fromMemorySegment(FLOATS, source, at, LITTLE_ENDIAN);
    }

    private static DoubleVector doubles(FloatVector floats, int half) {
        return (DoubleVector) floats.convertShape(VectorOperators.F2D, DOUBLES, half);
    }

    private static IntVector ints(MemorySegment shorts, long at) {
        return (IntVector) ShortVector.fromMemorySegment(SHORTS, shorts, at, LITTLE_ENDIAN)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    }

    private static void store(IntVector ints, MemorySegment target, long at) {
        ((ShortVector) ints.convertShape(VectorOperators.I2S, SHORTS, 0)).intoMemorySegment(target, at, LITTLE_ENDIAN);
    }

    private static double[] lanes(DoubleVector low, DoubleVector high) {
        double[] sums = new double[LANES];
        low.intoArray(sums, 0);
        high.intoArray(sums, 4);
        return sums;
    }
}
