package io.sinter.linalg;

import java.util.stream.IntStream;

/**
 * A matrix of which most elements are zero: combinations of a few rows of a table.
 *
 * @param columns for each row the places of its elements, each once
 * @param weights for each row the elements at these places
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record SparseRows(int[][] columns, double[][] weights) {

    /** Checks that every place has an element. */
    public SparseRows {
        if (columns.length != weights.length) {
            throw new IllegalArgumentException(
                    "%d rows of places, %d of weights".formatted(columns.length, weights.length));
        }
        for (int row = 0; row < columns.length; row++) {
            if (columns[row].length != weights[row].length) {
                throw new IllegalArgumentException(
                        "row %d: %d places, %d weights".formatted(row, columns[row].length, weights[row].length));
            }
        }
    }

    /**
     * The product with a dense matrix: row i is {@code Σⱼ weights[i][j] · table[columns[i][j]]}.
     *
     * @param table as many rows as the places need
     * @return {@code [columns.length, table.columns()]}, new
     */
    public Matrix times(Matrix table) {
        Matrix product = Matrix.allocate(columns.length, table.columns());
        IntStream.range(0, columns.length).parallel().forEach(row -> {
            double[] sum = new double[table.columns()];
            for (int j = 0; j < columns[row].length; j++) {
                double weight = weights[row][j];
                for (int column = 0; column < sum.length; column++) {
                    sum[column] += weight * table.get(columns[row][j], column);
                }
            }
            for (int column = 0; column < sum.length; column++) {
                product.set(row, column, sum[column]);
            }
        });
        return product;
    }
}
