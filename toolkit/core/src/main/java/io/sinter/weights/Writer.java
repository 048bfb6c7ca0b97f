package io.sinter.weights;

import io.sinter.error.MalformedException;
import io.sinter.tensor.BFloat16;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;

/**
 * Writes stretches of a merged tensor in its element type, out of work arrays of float32: the counterpart of {@link Reader},
 * for the same reasons. Each number is rounded once, to the nearest, ties to even. One a task, as it owns scratch memory.
 */
final class Writer {

    private static final int INFINITY = 0x7f800000;
    private static final float LARGEST_FLOAT16 = 65504;

    private final String name;
    private final TensorData target;
    private final FloatFormat format;
    private final int[] bits = new int[Reader.ROOM];
    private final long[] pairs = new long[Reader.ROOM / 2];
    private final short[] halves = new short[Reader.ROOM];
    private final double[] doubles = new double[Reader.ROOM];

    /**
     * A writer of one stretch.
     *
     * @param name of the tensor, for messages
     * @param target a vector of floats of 16, 32 or 64 bits
     */
    Writer(String name, TensorData target) {
        this.name = name;
        this.target = target;
        this.format = FloatFormat.of(target);
    }

    /**
     * Writes the first {@code count} values.
     *
     * @param at element of the target
     * @throws MalformedException if one is too large for float16
     */
    void write(float[] values, int count, long at) {
        MemorySegment data = target.data();
        switch (format) {
            case FLOAT32 -> MemorySegment.copy(values, 0, data, TensorData.F32, at * Float.BYTES, count);
            case BFLOAT16 -> {
                toBfloat16(values, count);
                MemorySegment.copy(MemorySegment.ofArray(bits), 0, data, at * Short.BYTES, (long) count * Short.BYTES);
            }
            case FLOAT16 -> {
                requireFloat16(values, count);
                toFloat16(values, count, halves);
                MemorySegment.copy(halves, 0, data, TensorData.I16, at * Short.BYTES, count);
            }
            case FLOAT64 -> {
                widen(values, count, doubles);
                MemorySegment.copy(doubles, 0, data, TensorData.F64, at * Double.BYTES, count);
            }
        }
    }

    /** Floats become bfloat16, two in each of {@link #bits}. */
    private void toBfloat16(float[] values, int count) {
        Reader.bitsOf(values, count, bits);
        if (Reader.largest(bits, count) > INFINITY) {
            for (int i = 0; i < count; i++) {
                halves[i] = BFloat16.fromFloat(values[i]);
            }
            MemorySegment.copy(
                    MemorySegment.ofArray(halves), 0, MemorySegment.ofArray(bits), 0, (long) count * Short.BYTES);
            return;
        }
        int even = (count + 1) & ~1;
        MemorySegment.copy(
                MemorySegment.ofArray(values), 0, MemorySegment.ofArray(pairs), 0, (long) even * Float.BYTES);
        round(pairs, even / 2, bits);
    }

    /** Two floats of a {@code long} become two bfloat16 of an {@code int}: the compiler does not vectorise what takes every second element. None is NaN. */
    private static void round(long[] pairs, int count, int[] target) {
        for (int i = 0; i < count; i++) {
            long pair = pairs[i];
            long low = ((pair & 0xffffffffL) + 0x7fff + (pair >>> 16 & 1)) >>> 16;
            long high = ((pair >>> 32) + 0x7fff + (pair >>> 48 & 1)) & 0xffff0000L;
            target[i] = (int) (low | high);
        }
    }

    private void requireFloat16(float[] values, int count) {
        Reader.bitsOf(values, count, bits);
        float largest = Float.intBitsToFloat(Reader.largest(bits, count));
        if (largest > LARGEST_FLOAT16) {
            throw new MalformedException(
                    "tensor \"%s\": merged values up to %.0f, but float16 ends at 65504; say out_dtype: bfloat16 or float32"
                            .formatted(name, largest));
        }
    }

    private static void toFloat16(float[] values, int count, short[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = Float.floatToFloat16(values[i]);
        }
    }

    private static void widen(float[] values, int count, double[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = values[i];
        }
    }
}
