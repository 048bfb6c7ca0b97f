package io.sinter.weights;

import java.util.ArrayList;
import java.util.List;

/** The inner products of columns that stand beside each other, summed row by row. One a task. */
final class ColumnGrams {

    private final int width;
    private final float[][] rows;
    private final double[][] sums;

    ColumnGrams(int models, int width) {
        this.width = width;
        rows = new float[models][Reader.ROOM];
        sums = new double[models * (models + 1) / 2][width];
    }

    int width() {
        return width;
    }

    /** Adds the row whose first column stands at an element. */
    void add(Sources sources, long first) {
        sources.at(first, width);
        int k = 0;
        for (int i = 0; i < rows.length; i++) {
            sources.read(i, rows[i]);
            for (int j = 0; j <= i; j++) {
                addProducts(rows[i], rows[j], sums[k++]);
            }
        }
    }

    private static void addProducts(float[] a, float[] b, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (double) a[i] * b[i];
        }
    }

    /** The products of a column. */
    Gram of(int column) {
        List<Double> products = new ArrayList<>();
        for (double[] sum : sums) {
            products.add(sum[column]);
        }
        return new Gram(rows.length, products);
    }
}
