package io.sinter.linalg;

/**
 * A table and the row that was taken off each of its rows.
 *
 * @param matrix the rows less the mean; a copy if anything was taken off
 * @param mean what was taken off
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Centred(Matrix matrix, double[] mean) {

    /** Less the mean row. */
    public static Centred of(Matrix table) {
        double[] mean = mean(table);
        Matrix centred = Matrix.allocate(table.rows(), table.columns());
        for (int row = 0; row < table.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                centred.set(row, i, table.get(row, i) - mean[i]);
            }
        }
        return new Centred(centred, mean);
    }

    /** As it stands: zeros were taken off. */
    static Centred asIs(Matrix table) {
        return new Centred(table, new double[table.columns()]);
    }

    /** The mean row. */
    static double[] mean(Matrix table) {
        double[] mean = new double[table.columns()];
        for (int row = 0; row < table.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += table.get(row, i);
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= table.rows();
        }
        return mean;
    }
}
