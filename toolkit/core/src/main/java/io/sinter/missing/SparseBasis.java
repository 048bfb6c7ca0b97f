package io.sinter.missing;

import io.sinter.error.RecipeException;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.OrthogonalMatchingPursuit;
import io.sinter.linalg.Pca;
import io.sinter.linalg.PcaOptions;
import io.sinter.linalg.Ridge.Intercept;
import io.sinter.linalg.SparseRows;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Both tables' rows in bases made of the same few shared tokens. The principal directions of the narrower table's shared rows
 * (centred) are each written as a combination of at most k of these rows, by {@link OrthogonalMatchingPursuit}; the same
 * combinations of rows as they stand are a basis of the guide and one of the own space. A missing token's guide row less the
 * guide's mean gets coefficients in the one (least squares); with them, the other and the own table's mean give its row.
 *
 * @param k how many shared tokens make a basis vector at most; 8 if null
 */
public record SparseBasis(@Nullable Integer k) implements MissingRows {

    private static final int USUAL = 8;

    /**
     * Checks k.
     *
     * @throws RecipeException if it is below 1
     */
    public SparseBasis {
        Neighbours.requireAtLeastOne("sparse-basis", k);
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SHARED);
    }

    @Override
    public Matrix fill(Lack lack) {
        int shared = lack.requireShared(method());
        if (lack.missing().length == 0) {
            return Matrix.allocate(0, lack.own().columns());
        }
        Matrix guide = lack.guidePoints();
        Matrix own = lack.ownPoints();
        Matrix table = lack.tableOf(own);
        Matrix narrower = guide.columns() < table.columns() ? guide : table;
        TensorData directions = Pca.fit(
                        List.of(narrower.toTensor()), Math.min(shared, narrower.columns()), PcaOptions.PCA)
                .components();
        Matrix centred = less(narrower, ColumnStatistics.of(narrower).mean());
        SparseRows combinations =
                OrthogonalMatchingPursuit.fit(centred, Matrix.copyOf(directions), k == null ? USUAL : k);
        Matrix targets = less(lack.targets(), ColumnStatistics.of(lack.guide()).mean());
        Matrix coefficients = io.sinter.linalg.Ridge.fit(
                        combinations.times(guide).transpose(), targets.transpose(), 0, Intercept.NONE)
                .weight();
        Matrix rows = Blas.product(coefficients.asIs(), combinations.times(own).asIs());
        double[] mean = ColumnStatistics.of(lack.own()).mean();
        for (int i = 0; i < mean.length; i++) {
            mean[i] = -mean[i];
        }
        return less(rows, mean);
    }

    private static Matrix less(Matrix rows, double[] mean) {
        Matrix result = Matrix.allocate(rows.rows(), rows.columns());
        for (int row = 0; row < rows.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                result.set(row, i, rows.get(row, i) - mean[i]);
            }
        }
        return result;
    }
}
