package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tensor.TensorData;

/** Compares tensors in units of the largest entry. */
final class TensorAssert {

    private static final double NOISE = 1e-6;

    private TensorAssert() {}

    /** No element is further away than {@code relative} times the largest entry plus {@code absolute}. */
    static void assertClose(String what, TensorData actual, TensorData expected, double relative, double absolute) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        float[] got = actual.toFloatArray();
        float[] wanted = expected.toFloatArray();
        double largest = 0;
        double furthest = 0;
        for (int i = 0; i < wanted.length; i++) {
            assertThat(got[i]).as("%s: element %d", what, i).isFinite();
            largest = Math.max(largest, Math.abs(wanted[i]));
            furthest = Math.max(furthest, Math.abs(got[i] - wanted[i]));
        }
        assertThat(furthest)
                .as("%s: largest difference, the largest entry being %s", what, largest)
                .isLessThanOrEqualTo(relative * largest + absolute);
    }

    /**
     * No element is further away than {@code bound}, or than {@code loose} where its gradient is noise: AdamW moves it by the
     * learning rate whichever way the noise falls. So it does the bias of keys, as softmax does not see what is added to all
     * scores.
     */
    static void assertMoved(
            String what, TensorData actual, TensorData expected, TensorData gradient, double bound, double loose) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        float[] got = actual.toFloatArray();
        float[] wanted = expected.toFloatArray();
        float[] slopes = gradient.toFloatArray();
        for (int i = 0; i < wanted.length; i++) {
            double allowed = Math.abs(slopes[i]) < NOISE ? loose : bound;
            assertThat(Math.abs(got[i] - wanted[i]))
                    .as("%s: element %d, its gradient being %s", what, i, slopes[i])
                    .isLessThanOrEqualTo((float) allowed);
        }
    }
}
