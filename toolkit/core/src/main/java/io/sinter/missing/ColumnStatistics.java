package io.sinter.missing;

import io.sinter.linalg.Matrix;

/**
 * Mean and deviation of a table's columns.
 *
 * @param mean of each column; 0 without rows
 * @param deviation of each column: the root of the mean squared distance from the mean
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record ColumnStatistics(double[] mean, double[] deviation) {

    /** Of all rows, which are checked. */
    static ColumnStatistics of(Matrix table) {
        table.requireFinite("the own table");
        double[] mean = new double[table.columns()];
        double[] deviation = new double[table.columns()];
        for (int row = 0; row < table.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += table.get(row, i) / table.rows();
            }
        }
        for (int row = 0; row < table.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                double distance = table.get(row, i) - mean[i];
                deviation[i] += distance * distance / table.rows();
            }
        }
        for (int i = 0; i < deviation.length; i++) {
            deviation[i] = Math.sqrt(deviation[i]);
        }
        return new ColumnStatistics(mean, deviation);
    }
}
