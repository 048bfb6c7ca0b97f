package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

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
        List<Centred> centred = tables.stream().map(Centred::of).toList();
        Matrix all = sideBySide(centred.stream().map(Centred::matrix).toList());
        Matrix scatter = Matrix.allocate(all.columns(), all.columns());
        Blas.syrk(all, scatter);
        Blas.mirror(scatter);
        List<SymmetricRoot> roots = new ArrayList<>();
        Matrix whitener = Matrix.allocate(all.columns(), all.columns());
        int at = 0;
        for (Matrix table : tables) {
            int end = at + table.columns();
            SymmetricRoot root = SymmetricRoot.inverse(block(scatter, at, end), reg);
            place(root.root(), whitener, at);
            roots.add(root);
            at = end;
        }
        Matrix whitened =
                Blas.product(Blas.product(whitener.asIs(), scatter.asIs()).asIs(), whitener.asIs());
        Lapack.Eigen eigen = Lapack.syevr(whitened, k);
        // Column j: W q / √λ, so that G = X · columns.
        Matrix columns =
                Blas.product(whitener.asIs(), scaled(eigen, k, all.columns()).transposed());
        Matrix shared = Blas.product(all.asIs(), columns.asIs());
        Matrix cross = Blas.product(scatter.asIs(), columns.asIs());
        List<AffineMap> maps = new ArrayList<>();
        at = 0;
        for (int i = 0; i < tables.size(); i++) {
            int end = at + tables.get(i).columns();
            Matrix root = roots.get(i).root();
            Matrix directions = Blas.product(
                    root.asIs(),
                    Blas.product(root.asIs(), rows(cross, at, end).asIs()).asIs());
            maps.add(Cca.map(directions, centred.get(i).mean(), roots.get(i).condition(), tables.get(i), shared));
            at = end;
        }
        return new GccaFit(
                shared, eigen.values().stream().mapToDouble(Double::doubleValue).toArray(), maps);
    }

    private static void require(List<Matrix> tables, int k) {
        if (tables.size() < 2) {
            throw new IncompatibleException("gcca: got %d tables, expected two or more".formatted(tables.size()));
        }
        tables.forEach(table -> Pairs.require("gcca", tables.getFirst(), table));
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

    private static Matrix sideBySide(List<Matrix> tables) {
        int width = tables.stream().mapToInt(Matrix::columns).sum();
        Matrix all = Matrix.allocate(tables.getFirst().rows(), width);
        for (int row = 0; row < all.rows(); row++) {
            long at = 0;
            MemorySegment target = all.row(row);
            for (Matrix table : tables) {
                MemorySegment source = table.row(row);
                MemorySegment.copy(source, 0, target, at, source.byteSize());
                at += source.byteSize();
            }
        }
        return all;
    }

    private static Matrix rows(Matrix matrix, int from, int to) {
        long bytes = (long) matrix.columns() * Double.BYTES;
        return new Matrix(to - from, matrix.columns(), matrix.data().asSlice(from * bytes, (to - from) * bytes));
    }

    private static Matrix block(Matrix square, int from, int to) {
        return rows(square, from, to).columns(from, to);
    }

    private static void place(Matrix block, Matrix square, int at) {
        for (int row = 0; row < block.rows(); row++) {
            MemorySegment source = block.row(row);
            MemorySegment.copy(source, 0, square.row(at + row), (long) at * Double.BYTES, source.byteSize());
        }
    }
}
