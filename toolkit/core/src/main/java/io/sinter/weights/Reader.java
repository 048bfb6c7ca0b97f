package io.sinter.weights;

import io.sinter.error.MalformedException;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads stretches of a group's tensors into work arrays of float32. One a task, as it owns scratch memory.
 *
 * <p>Whatever memory a tensor lies in is copied in bulk into small arrays that stay in the nearest caches, and all
 * arithmetic is between arrays: such loops are vectorised by the compiler from the first second, and never meet two kinds of
 * memory. Bits are looked at as {@code int}s, as the compiler does not vectorise what reinterprets floats.
 */
final class Reader {

    /** Most elements at a time. */
    static final int BLOCK = 1 << 13;

    /**
     * Length of a work array: a little more than a block, so that arrays allocated one after the other do not start at like
     * places of memory pages; a processor takes a load for one of what was just stored if the last 12 bits of their addresses
     * agree, and waits (a copy was seen to take seven times as long).
     */
    static final int ROOM = BLOCK + 208;

    /** Bits of the magnitude of a float. */
    static final int MAGNITUDE = Integer.MAX_VALUE;

    private static final int INFINITY = 0x7f800000;

    private final TensorGroup group;
    private final int[] bits = new int[ROOM];
    private final long[] pairs = new long[ROOM / 2];
    private final short[] halves = new short[ROOM];
    private final double[] doubles = new double[ROOM];

    Reader(TensorGroup group) {
        this.group = group;
    }

    /**
     * Reads elements of a model.
     *
     * @param model index, or −1 for the base
     * @throws MalformedException if one is infinite or not a number
     */
    void read(int model, long first, int count, float[] target) {
        if (convert(group.tensor(model), first, count, target) >= INFINITY) {
            throw notFinite(model, first, count, target);
        }
    }

    /** Reads elements of a model, whatever they are. */
    void readAnything(int model, long first, int count, float[] target) {
        convert(group.tensor(model), first, count, target);
    }

    /** Reads, and returns the bits of the largest magnitude. */
    private int convert(TensorData tensor, long first, int count, float[] target) {
        MemorySegment data = tensor.data();
        MemorySegment result = MemorySegment.ofArray(target);
        switch (FloatFormat.of(tensor)) {
            case FLOAT32 -> MemorySegment.copy(data, first * Float.BYTES, result, 0, (long) count * Float.BYTES);
            case BFLOAT16 -> {
                long bytes = (long) count * Short.BYTES;
                bits[count / 2] = 0;
                MemorySegment.copy(data, first * Short.BYTES, MemorySegment.ofArray(bits), 0, bytes);
                widen(bits, (count + 1) / 2, pairs);
                MemorySegment.copy(MemorySegment.ofArray(pairs), 0, result, 0, 2 * bytes);
                return largestOfPairs(bits, (count + 1) / 2);
            }
            case FLOAT16 -> {
                MemorySegment.copy(data, TensorData.I16, first * Short.BYTES, halves, 0, count);
                widen(halves, count, target);
            }
            case FLOAT64 -> {
                MemorySegment.copy(data, TensorData.F64, first * Double.BYTES, doubles, 0, count);
                narrow(doubles, count, target);
            }
        }
        bitsOf(target, count, bits);
        return largest(bits, count);
    }

    /** Two bfloat16 of an {@code int} become two floats of a {@code long}: the compiler does not vectorise short to int. */
    private static void widen(int[] bfloat16, int count, long[] target) {
        for (int i = 0; i < count; i++) {
            long pair = bfloat16[i];
            target[i] = (pair << 16 & 0xffff0000L) | (pair & 0xffff0000L) << 32;
        }
    }

    private static void widen(short[] float16, int count, float[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = Float.float16ToFloat(float16[i]);
        }
    }

    private static void narrow(double[] source, int count, float[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = (float) source[i];
        }
    }

    /** The bits of the largest magnitude; beyond those of infinity if one is not a number. */
    static int largest(int[] bits, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, bits[i] & MAGNITUDE);
        }
        return largest;
    }

    /** Of two bfloat16 in each {@code int}; an odd last one has a zero beside it. */
    private static int largestOfPairs(int[] pairs, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.max(pairs[i] & MAGNITUDE, pairs[i] << 16 & MAGNITUDE));
        }
        return largest;
    }

    /** Copies the bits of floats. */
    static void bitsOf(float[] values, int count, int[] target) {
        MemorySegment.copy(
                MemorySegment.ofArray(values), 0, MemorySegment.ofArray(target), 0, (long) count * Float.BYTES);
    }

    /** Copies floats from their bits. */
    static void floatsOf(int[] bits, int count, float[] target) {
        MemorySegment.copy(
                MemorySegment.ofArray(bits), 0, MemorySegment.ofArray(target), 0, (long) count * Float.BYTES);
    }

    private MalformedException notFinite(int model, long first, int count, float[] values) {
        int at = 0;
        while (at < count - 1 && Float.isFinite(values[at])) {
            at++;
        }
        return new MalformedException(
                "tensor \"%s\": %s: element %s is %s; a merge needs finite numbers: leave the tensor or the model out"
                        .formatted(
                                group.name(),
                                TensorGroup.label(model),
                                place(first + at),
                                Float.isNaN(values[at]) ? "NaN" : "infinite"));
    }

    /** The indices of an element of the flattened tensor, as in {@code [3, 17]}. */
    private List<Long> place(long element) {
        List<Long> place = new ArrayList<>();
        for (long extent : group.shape().reversed()) {
            place.addFirst(element % extent);
            element /= extent;
        }
        return place;
    }
}
