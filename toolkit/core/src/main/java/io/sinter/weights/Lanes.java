package io.sinter.weights;

import java.util.Arrays;

/**
 * A float64 sum over many elements as {@value #COUNT} sums side by side, element i of a block in sum i mod {@value #COUNT}:
 * additions that do not wait for each other are vectorised, and rounding errors grow the slower.
 */
final class Lanes {

    private static final int COUNT = 256;

    private final double[] sums = new double[COUNT];

    /** Adds Σ aᵢbᵢ. */
    void addProducts(float[] a, float[] b, int count) {
        for (int start = 0; start < count; start += COUNT) {
            addProducts(a, b, start, Math.min(COUNT, count - start), sums);
        }
    }

    private static void addProducts(float[] a, float[] b, int start, int count, double[] sums) {
        for (int i = 0; i < count; i++) {
            sums[i] += (double) a[start + i] * b[start + i];
        }
    }

    /** Adds Σ |aᵢ|. */
    void addMagnitudes(float[] a, int count) {
        for (int start = 0; start < count; start += COUNT) {
            addMagnitudes(a, start, Math.min(COUNT, count - start), sums);
        }
    }

    private static void addMagnitudes(float[] a, int start, int count, double[] sums) {
        for (int i = 0; i < count; i++) {
            sums[i] += Math.abs(a[start + i]);
        }
    }

    /** The sum. */
    double total() {
        double[] tree = sums.clone();
        for (int half = COUNT / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                tree[i] += tree[i + half];
            }
        }
        return tree[0];
    }

    /** Starts again from zero. */
    void clear() {
        Arrays.fill(sums, 0);
    }
}
