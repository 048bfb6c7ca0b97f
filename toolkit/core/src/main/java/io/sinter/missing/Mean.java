package io.sinter.missing;

import io.sinter.linalg.Matrix;
import java.util.Set;

/** The mean of all rows of the own table, for every missing token (zeros if it has none). */
public record Mean() implements MissingRows {

    @Override
    public Set<Need> needs() {
        return Set.of();
    }

    @Override
    public Matrix fill(Lack lack) {
        double[] mean = ColumnStatistics.of(lack.own()).mean();
        Matrix filled = Matrix.allocate(lack.missing().length, mean.length);
        for (int row = 0; row < filled.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                filled.set(row, i, mean[i]);
            }
        }
        return filled;
    }
}
