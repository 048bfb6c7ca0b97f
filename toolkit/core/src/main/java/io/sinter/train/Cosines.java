package io.sinter.train;

import io.sinter.tensor.TensorData;

/** Cosines between rows of a matrix. */
final class Cosines {

    private final float[] elements;
    private final int width;

    Cosines(TensorData matrix) {
        this.elements = matrix.toFloatArray();
        this.width = Math.toIntExact(matrix.dim(1));
    }

    /** The cosine of two rows; 0 if one is zero. */
    double of(int first, int second) {
        double product = 0;
        double a = 0;
        double b = 0;
        for (int i = 0; i < width; i++) {
            double x = elements[first * width + i];
            double y = elements[second * width + i];
            product += x * y;
            a += x * x;
            b += y * y;
        }
        double lengths = Math.sqrt(a) * Math.sqrt(b);
        return lengths == 0 ? 0 : product / lengths;
    }
}
