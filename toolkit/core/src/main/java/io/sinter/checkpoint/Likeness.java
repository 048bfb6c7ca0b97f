package io.sinter.checkpoint;

import java.util.Arrays;

/**
 * How a merged tensor compares with those that went in, summed over what was looked at.
 *
 * @param merged Σ m² for each source
 * @param source Σ s²
 * @param product Σ m·s
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Likeness(double[] merged, double[] source, double[] product) {

    /** Of nothing yet. */
    static Likeness none(int sources) {
        return new Likeness(new double[sources], new double[sources], new double[sources]);
    }

    /** Adds another's sums to these. */
    void add(Likeness other) {
        Arrays.setAll(merged, i -> merged[i] + other.merged[i]);
        Arrays.setAll(source, i -> source[i] + other.source[i]);
        Arrays.setAll(product, i -> product[i] + other.product[i]);
    }

    /** Cosine with a source; 0 where either is all zeros. */
    double cosine(int i) {
        double lengths = Math.sqrt(merged[i] * source[i]);
        return lengths == 0 ? 0 : product[i] / lengths;
    }

    /** {@code |m − s| / |s|}; 0 where both are zeros. */
    double distance(int i) {
        double squared = Math.max(0, merged[i] + source[i] - 2 * product[i]);
        return squared == 0 ? 0 : Math.sqrt(squared / source[i]);
    }
}
