package io.sinter.tensor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The loop of {@link BFloat16Sum}: two elements of each {@code int}, which never have to be interleaved. */
final class VectorSum {

    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorShape HALF = VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2);
    private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, HALF);
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, HALF);

    private static final int UPPER = 0xffff0000;

    /** The exponents of both elements, and what makes a carry of one that is all ones. */
    private static final int EXPONENTS = 0x7f807f80;

    private static final int CARRY = 0x00800080;
    private static final int CARRIED = 0x80008000;

    private VectorSum() {}

    /** Returns whether all elements are finite. */
    static boolean bfloat16(double[] factors, List<MemorySegment> sources, MemorySegment target) {
        long step = INTS.vectorByteSize();
        long whole = target.byteSize() / step * step;
        MemorySegment[] segments = sources.toArray(MemorySegment[]::new);
        IntVector carries = segments.length == 2
                ? pair(factors[0], segments[0], factors[1], segments[1], target.asSlice(0, whole))
                : any(factors, segments, target.asSlice(0, whole));
        boolean finite = (carries.reduceLanes(VectorOperators.OR) & CARRIED) == 0;
        for (long at = whole; at < target.byteSize(); at += Short.BYTES) {
            double sum = -0.0;
            for (int k = 0; k < factors.length; k++) {
                float element = BFloat16.toFloat(segments[k].get(TensorData.I16, at));
                finite &= Float.isFinite(element);
                sum += factors[k] * element;
            }
            target.set(TensorData.I16, at, BFloat16.fromFloat((float) sum));
        }
        return finite;
    }

    private static IntVector any(double[] factors, MemorySegment[] sources, MemorySegment target) {
        IntVector carries = IntVector.zero(INTS);
        for (long at = 0; at < target.byteSize(); at += INTS.vectorByteSize()) {
            DoubleVector low = DoubleVector.broadcast(DOUBLES, -0.0);
            DoubleVector high = low;
            for (int k = 0; k < factors.length; k++) {
                IntVector x = IntVector.fromMemorySegment(INTS, sources[k], at, LITTLE_ENDIAN);
                carries = carries.or(carry(x));
                low = low.add(lower(x).mul(factors[k]));
                high = high.add(upper(x).mul(factors[k]));
            }
            packed(low, high).intoMemorySegment(target, at, LITTLE_ENDIAN);
        }
        return carries;
    }

    /** Two sources, as most merges have: a quarter faster than any number. */
    private static IntVector pair(double a, MemorySegment xs, double b, MemorySegment ys, MemorySegment target) {
        IntVector carries = IntVector.zero(INTS);
        for (long at = 0; at < target.byteSize(); at += INTS.vectorByteSize()) {
            IntVector x = IntVector.fromMemorySegment(INTS, xs, at, LITTLE_ENDIAN);
            IntVector y = IntVector.fromMemorySegment(INTS, ys, at, LITTLE_ENDIAN);
            carries = carries.or(carry(x)).or(carry(y));
            DoubleVector low = lower(x).mul(a).add(lower(y).mul(b));
            DoubleVector high = upper(x).mul(a).add(upper(y).mul(b));
            packed(low, high).intoMemorySegment(target, at, LITTLE_ENDIAN);
        }
        return carries;
    }

    private static IntVector carry(IntVector pair) {
        return pair.and(EXPONENTS).add(CARRY);
    }

    private static DoubleVector lower(IntVector pair) {
        return doubles(pair.lanewise(VectorOperators.LSHL, Short.SIZE));
    }

    private static DoubleVector upper(IntVector pair) {
        return doubles(pair.and(UPPER));
    }

    private static DoubleVector doubles(IntVector bits) {
        return (DoubleVector) bits.reinterpretAsFloats().convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    private static IntVector packed(DoubleVector low, DoubleVector high) {
        return rounded(low)
                .lanewise(VectorOperators.LSHR, Short.SIZE)
                .or(rounded(high).and(UPPER));
    }

    /** The bits of the floats, with half of the last place of a bfloat16 added, or a little less for a tie. */
    private static IntVector rounded(DoubleVector sums) {
        IntVector bits = ((FloatVector) sums.convertShape(VectorOperators.D2F, FLOATS, 0)).reinterpretAsInts();
        return bits.add(bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(1)).add(0x7fff);
    }
}
