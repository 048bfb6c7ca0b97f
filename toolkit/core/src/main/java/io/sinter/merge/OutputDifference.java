package io.sinter.merge;

import io.sinter.error.VerificationException;

/** How far outputs of two graphs are apart. */
final class OutputDifference {

    private static final double SMALLEST = 1e-30;

    private OutputDifference() {}

    /** The largest distance of two elements, beside the largest element of the second: max |a − b| / max |b|. */
    static double relative(float[] a, float[] b) {
        double largest = SMALLEST;
        double difference = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(b[i]));
            difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
        }
        return difference / largest;
    }

    /**
     * Holds a difference to a bound.
     *
     * @throws VerificationException if it is larger, or no number
     */
    static void require(double worst, double tolerance) {
        if (!(worst <= tolerance)) {
            throw new VerificationException(
                    "outputs differ by %.2e of the largest, expected at most %.0e".formatted(worst, tolerance));
        }
    }
}
