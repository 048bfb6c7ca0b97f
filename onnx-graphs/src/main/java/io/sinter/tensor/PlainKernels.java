package io.sinter.tensor;

import static io.sinter.tensor.TensorData.F32;
import static io.sinter.tensor.TensorData.I16;

import java.lang.foreign.MemorySegment;

/** The kernels as plain loops: they define the results. */
final class PlainKernels implements Kernels {

    @Override
    public void scale(float factor, MemorySegment source, MemorySegment target) {
        for (long at = 0; at < target.byteSize(); at += Float.BYTES) {
            target.set(F32, at, factor * source.get(F32, at));
        }
    }

    @Override
    public void addScaled(float factor, MemorySegment source, MemorySegment target) {
        for (long at = 0; at < target.byteSize(); at += Float.BYTES) {
            float product = factor * source.get(F32, at);
            target.set(F32, at, target.get(F32, at) + product);
        }
    }

    @Override
    public double dot(MemorySegment a, MemorySegment b) {
        double[] sums = new double[LANES];
        addProducts(a, b, 0, sums);
        return total(sums);
    }

    /** Adds the products from byte {@code from}, a multiple of all lanes, to the sums. */
    static void addProducts(MemorySegment a, MemorySegment b, long from, double[] sums) {
        int lane = 0;
        for (long at = from; at < a.byteSize(); at += Float.BYTES) {
            sums[lane] += (double) a.get(F32, at) * b.get(F32, at);
            lane = (lane + 1) & (LANES - 1);
        }
    }

    @Override
    public double sum(MemorySegment a) {
        double[] sums = new double[LANES];
        addElements(a, 0, sums);
        return total(sums);
    }

    /** Adds the elements from byte {@code from}, a multiple of all lanes, to the sums. */
    static void addElements(MemorySegment a, long from, double[] sums) {
        int lane = 0;
        for (long at = from; at < a.byteSize(); at += Float.BYTES) {
            sums[lane] += a.get(F32, at);
            lane = (lane + 1) & (LANES - 1);
        }
    }

    static double total(double[] s) {
        return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    }

    @Override
    public void accumulate(MemorySegment source, double[] totals) {
        accumulate(source, 0, totals);
    }

    static void accumulate(MemorySegment source, int from, double[] totals) {
        for (int i = from; i < totals.length; i++) {
            totals[i] += source.get(F32, (long) i * Float.BYTES);
        }
    }

    @Override
    public Range range(MemorySegment source) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        long nans = 0;
        for (long at = 0; at < source.byteSize(); at += Float.BYTES) {
            float value = source.get(F32, at);
            // Comparisons rather than Math.min and Math.max, which cost several times as much for the sake of -0 and
            // NaN.
            min = value < min ? value : min;
            max = value > max ? value : max;
            nans += Float.isNaN(value) ? 1 : 0;
        }
        return new Range(min + 0f, max + 0f, nans);
    }

    @Override
    public void float16ToFloat(MemorySegment source, MemorySegment target) {
        for (long at = 0; at < source.byteSize(); at += Short.BYTES) {
            target.set(F32, 2 * at, Float16.toFloat(source.get(I16, at)));
        }
    }

    @Override
    public void floatToFloat16(MemorySegment source, MemorySegment target) {
        for (long at = 0; at < target.byteSize(); at += Short.BYTES) {
            target.set(I16, at, Float16.fromFloat(source.get(F32, 2 * at)));
        }
    }

    @Override
    public void bfloat16ToFloat(MemorySegment source, MemorySegment target) {
        for (long at = 0; at < source.byteSize(); at += Short.BYTES) {
            target.set(F32, 2 * at, BFloat16.toFloat(source.get(I16, at)));
        }
    }

    @Override
    public void floatToBfloat16(MemorySegment source, MemorySegment target) {
        for (long at = 0; at < target.byteSize(); at += Short.BYTES) {
            target.set(I16, at, BFloat16.fromFloat(source.get(F32, 2 * at)));
        }
    }
}
