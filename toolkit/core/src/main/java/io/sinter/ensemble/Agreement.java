package io.sinter.ensemble;

import io.sinter.error.VerificationException;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;

/** How far vectors are from those that they should be, added up over batches. */
final class Agreement {

    private long vectors;
    private double cosines;
    private double largest = 1e-30;
    private double difference;

    /** Adds vectors {@code [n, d]}. */
    void add(TensorData expected, TensorData actual) {
        if (!expected.shape().equals(actual.shape())) {
            throw new VerificationException(
                    "the graph gives %s, the encoders one by one %s".formatted(actual.describe(), expected.describe()));
        }
        for (double cosine : Rows.cosine(expected, actual)) {
            cosines += cosine;
            vectors++;
        }
        float[] a = expected.toFloatArray();
        float[] b = actual.toFloatArray();
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i]));
            double apart = Math.abs((double) a[i] - b[i]);
            difference = apart <= difference ? difference : apart; // NaN stays
        }
    }

    /** What comes of it, with the number of texts that the vectors are of. */
    EnsembleReport.Agreement of(int texts) {
        return new EnsembleReport.Agreement(texts, cosines / Math.max(1, vectors), difference / largest);
    }
}
