package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Generalised canonical correlation analysis, MAX-VAR (Kettenring, "Canonical analysis of several sets of variables",
 * Biometrika 58, 1971; Rastogi, Van Durme and Arora, "Multiview LSA", NAACL 2015): the k orthonormal columns G that the
 * centred tables Xᵢ predict best together, the leading eigenvectors of {@code Σ Xᵢ (XᵢᵀXᵢ + reg·I)⁻¹ Xᵢᵀ}, and the maps
 * {@code Uᵢ = (XᵢᵀXᵢ + reg·I)⁻¹ XᵢᵀG} that predict them.
 *
 * <p>The n × n matrix is never made: with {@code Wᵢ = (XᵢᵀXᵢ + reg·I)^(−1/2)} and {@code Z = [X₁W₁ … X_mW_m]} it is
 * {@code ZZᵀ}, whose eigenvectors are {@code Z q / √λ} for those q of {@code ZᵀZ}, a matrix as wide as all tables together.
 * Squaring halves the digits: a direction below 10⁻⁷ of a table's largest is left out unless reg gives it weight.
 */
public final class Gcca {

    private Gcca() {}

    /**
     * Fits.
     *
     * @param tables two or more, of as many rows each
     * @param k number of columns of G, at most what the tables' ranks allow
     * @param reg added to the sums of squares, 0 or more
     * @throws IncompatibleException if there are fewer than two tables, the numbers of rows differ, or k is too large
     * @throws RecipeException if reg is negative or not finite
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static GccaFit fit(List<Matrix> tables, int k, double reg) {
        Cca.requireReg("gcca", reg);
        require(tables, k);
        List<double[]> means = tables.stream().map(Centred::mean).toList();
        int width = tables.stream().mapToInt(Matrix::columns).sum();
        // The concatenation is large: it goes as soon as it has been used.
        try (Arena arena = Arena.ofShared()) {
            Matrix all = Matrix.allocate(tables.getFirst().rows(), width, arena);
            placeCentred(tables, means, all);
            Matrix scatter = Matrix.allocate(width, width);
            Blas.syrk(all, scatter);
            Blas.mirror(scatter);
            List<SymmetricRoot> roots = roots(tables, scatter, reg);
            Matrix whitener = blockDiagonal(roots, width);
            Lapack.Eigen eigen = Lapack.syevr(
                    Blas.product(Blas.product(whitener.asIs(), scatter.asIs()).asIs(), whitener.asIs()), k);
            // Column j: W q / √λ, so that G = X · columns.
            Matrix columns =
                    Blas.product(whitener.asIs(), scaled(eigen, k, width).transposed());
            Matrix shared = Blas.product(all.asIs(), columns.asIs());
            Matrix cross = Blas.product(scatter.asIs(), columns.asIs());
            List<AffineMap> maps = new ArrayList<>();
            int at = 0;
            for (int i = 0; i < tables.size(); i++) {
                int end = at + tables.get(i).columns();
                Matrix root = roots.get(i).root();
                Matrix directions = Blas.product(
                        root.asIs(),
                        Blas.product(root.asIs(), cross.rows(at, end).asIs()).asIs());
                maps.add(Cca.map(directions, means.get(i), roots.get(i).condition(), tables.get(i), shared));
                at = end;
            }
            double[] values =
                    eigen.values().stream().mapToDouble(Double::doubleValue).toArray();
            return new GccaFit(shared, values, maps);
        }
    }

    private static List<SymmetricRoot> roots(List<Matrix> tables, Matrix scatter, double reg) {
        List<SymmetricRoot> roots = new ArrayList<>();
        int at = 0;
        for (Matrix table : tables) {
            int end = at + table.columns();
            roots.add(SymmetricRoot.inverse(scatter.rows(at, end).columns(at, end), reg));
            at = end;
        }
        return roots;
    }

    private static Matrix blockDiagonal(List<SymmetricRoot> roots, int width) {
        Matrix diagonal = Matrix.allocate(width, width);
        int at = 0;
        for (SymmetricRoot root : roots) {
            for (int row = 0; row < root.root().rows(); row++) {
                MemorySegment source = root.root().row(row);
                MemorySegment.copy(source, 0, diagonal.row(at + row), (long) at * Double.BYTES, source.byteSize());
            }
            at += root.root().rows();
        }
        return diagonal;
    }

    private static void require(List<Matrix> tables, int k) {
        if (tables.size() < 2) {
            throw new IncompatibleException("gcca: got %d tables, expected two or more".formatted(tables.size()));
        }
        tables.forEach(table -> Pairs.requireShapes("gcca", tables.getFirst(), table));
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).requireFinite("gcca: table " + (i + 1));
        }
        int width = tables.stream().mapToInt(Matrix::columns).sum();
        int most = Math.min(width, tables.getFirst().rows() - 1);
        if (k < 1 || k > most) {
            throw new IncompatibleException("gcca: got k = %d for %d rows of %d columns in all, expected 1 to %d"
                    .formatted(k, tables.getFirst().rows(), width, most));
        }
    }

    /** Row j: eigenvector j over the root of its eigenvalue, its largest entry positive. */
    private static Matrix scaled(Lapack.Eigen eigen, int k, int width) {
        Matrix scaled = eigen.vectors().copy();
        for (int i = 0; i < k; i++) {
            double value = eigen.values().get(i);
            if (value <= FitQuality.rounding(eigen.values().getFirst(), width)) {
                throw new IncompatibleException(
                        "gcca: got k = %d, but the tables vary in %d directions only; take a smaller k"
                                .formatted(k, i));
            }
            double largest = 0;
            for (int j = 0; j < width; j++) {
                double entry = scaled.get(i, j);
                largest = Math.abs(entry) > Math.abs(largest) ? entry : largest;
            }
            double factor = Math.signum(largest) / Math.sqrt(value);
            for (int j = 0; j < width; j++) {
                scaled.set(i, j, factor * scaled.get(i, j));
            }
        }
        return scaled;
    }

    private static void placeCentred(List<Matrix> tables, List<double[]> means, Matrix all) {
        IntStream.range(0, all.rows()).parallel().forEach(row -> {
            int at = 0;
            for (int i = 0; i < tables.size(); i++) {
                double[] mean = means.get(i);
                for (int j = 0; j < mean.length; j++) {
                    all.set(row, at + j, tables.get(i).get(row, j) - mean[j]);
                }
                at += mean.length;
            }
        });
    }
}
