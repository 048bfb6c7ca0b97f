package io.sinter.missing;

import io.sinter.linalg.Matrix;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Random rows: column j is drawn from the normal distribution with the mean and the deviation of column j of the own table.
 * What comes of it is untrained; it is what learning starts from, and the baseline to beat.
 *
 * @param seed chooses the numbers; 0 if null. A row's numbers depend on seed, the token's row in the guide and the column
 */
public record RandomNormal(@Nullable Long seed) implements MissingRows {

    @Override
    public Set<Need> needs() {
        return Set.of();
    }

    @Override
    public Matrix fill(Lack lack) {
        ColumnStatistics columns = ColumnStatistics.of(lack.own());
        Gaussian gaussian = new Gaussian(seed == null ? 0 : seed);
        Matrix filled = Matrix.allocate(lack.missing().length, lack.own().columns());
        for (int row = 0; row < filled.rows(); row++) {
            for (int i = 0; i < filled.columns(); i++) {
                double normal = gaussian.at(lack.missing()[row], i);
                filled.set(row, i, columns.mean()[i] + columns.deviation()[i] * normal);
            }
        }
        return filled;
    }
}
