package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import java.util.Arrays;

/**
 * Cross-domain similarity local scaling, a likeness of rows of two tables that does not favour rows near to everything
 * (Conneau and others, "Word translation without parallel data", ICLR 2018): {@code 2 cos(x, y) − r(x) − r(y)}, where r is a
 * row's mean cosine with its k nearest rows of the other table. Rows of zeros have cosine 0 with all.
 *
 * @param source unit rows {@code [n, d]}
 * @param target unit rows {@code [m, d]}
 * @param sourceMeans r of each source row
 * @param targetMeans r of each target row
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Csls(Matrix source, Matrix target, double[] sourceMeans, double[] targetMeans) {

    /**
     * Measures both tables.
     *
     * @param source {@code [n, d]}, of any lengths
     * @param target {@code [m, d]}
     * @param k how many nearest rows; all, if there are fewer
     * @throws IncompatibleException if the widths differ or a table has no rows
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static Csls of(Matrix source, Matrix target, int k) {
        if (source.columns() != target.columns() || source.rows() == 0 || target.rows() == 0) {
            throw new IncompatibleException("csls: got tables of %d x %d and %d x %d, expected one width and some rows"
                    .formatted(source.rows(), source.columns(), target.rows(), target.columns()));
        }
        if (k < 1) {
            throw new IllegalArgumentException(k + " nearest rows");
        }
        Matrix from = source.requireFinite("csls: first table").toUnitLength();
        Matrix to = target.requireFinite("csls: second table").toUnitLength();
        return new Csls(from, to, means(from, to, k), means(to, from, k));
    }

    private static double[] means(Matrix rows, Matrix others, int k) {
        double[] means = new double[rows.rows()];
        RowProducts.forEach(
                rows,
                others,
                (row, cosines) -> means[row] = Arrays.stream(Ranking.largest(cosines, k))
                        .mapToDouble(i -> cosines[i])
                        .average()
                        .orElseThrow());
        return means;
    }

    /** The likeness of a source row and a target row: from −4 to 4. */
    public double score(int sourceRow, int targetRow) {
        double cosine = Selection.dot(source.row(sourceRow), target.row(targetRow));
        return 2 * cosine - sourceMeans[sourceRow] - targetMeans[targetRow];
    }

    /** For each source row the target row most like it; of equals the first. */
    public int[] nearest() {
        int[] nearest = new int[source.rows()];
        RowProducts.forEach(source, target, (row, scores) -> {
            for (int i = 0; i < scores.length; i++) {
                scores[i] = 2 * scores[i] - targetMeans[i];
            }
            nearest[row] = Ranking.largest(scores, 1)[0];
        });
        return nearest;
    }
}
