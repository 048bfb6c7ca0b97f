package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.linalg.PcaOptions.Centring;
import io.sinter.linalg.PcaOptions.RowScaling;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Principal component analysis of tables side by side: the eigenvectors of {@code XᵀX}, where X is the concatenation of the
 * (centred) rows. X is never held whole: rows are read in chunks, converted to double, centred, and added to the
 * {@code D × D} product.
 *
 * <p>Squaring halves the digits: a component whose singular value is below 10⁻⁷ of the largest is noise. Tables of
 * embeddings are far from that.
 */
public final class Pca {

    private static final int ROWS = 1024;

    private final List<TensorData> tables;
    private final PcaOptions options;
    private final int rows;
    private final int width;
    private final double[] mean;

    private Pca(List<TensorData> tables, PcaOptions options) {
        this.tables = tables;
        this.options = options;
        this.rows = Math.toIntExact(tables.getFirst().dim(0));
        this.width = tables.stream().mapToInt(t -> Math.toIntExact(t.dim(1))).sum();
        this.mean = new double[width];
    }

    /**
     * Fits.
     *
     * @param tables matrices of as many rows each, of any type that converts to double
     * @param k number of components, at most the number of rows and the sum of the widths
     * @throws IncompatibleException if the tables have different numbers of rows, or k is too large
     * @throws MalformedException if an element is infinite or not a number
     */
    public static PcaFit fit(List<TensorData> tables, int k, PcaOptions options) {
        requireMatrices(tables);
        Pca pca = new Pca(List.copyOf(tables), options);
        if (k < 1 || k > Math.min(pca.rows, pca.width)) {
            throw new IncompatibleException("pca: %d components, but %d rows of width %d have at most %d"
                    .formatted(k, pca.rows, pca.width, Math.min(pca.rows, pca.width)));
        }
        return pca.fit(k);
    }

    private static void requireMatrices(List<TensorData> tables) {
        for (TensorData table : tables) {
            if (table.rank() != 2) {
                throw new IllegalArgumentException("a table has rank 2, not " + table.describe());
            }
            if (table.dim(0) != tables.getFirst().dim(0)) {
                throw new IncompatibleException("pca: tables of %s and %s side by side: the numbers of rows differ"
                        .formatted(tables.getFirst().describe(), table.describe()));
            }
        }
        for (int i = 0; i < tables.size(); i++) {
            if (!Rows.range(tables.get(i)).isFinite()) {
                throw new MalformedException("pca: table %d, %s, has elements that are infinite or not a number"
                        .formatted(i + 1, tables.get(i).describe()));
            }
        }
    }

    private PcaFit fit(int k) {
        if (options.centring() == Centring.MEAN) {
            forEachChunk(this::addToMean);
            for (int i = 0; i < width; i++) {
                mean[i] /= rows;
            }
        }
        Matrix scatter = Matrix.allocate(width, width);
        forEachChunk(chunk -> {
            centre(chunk);
            Blas.syrk(chunk, scatter);
        });
        double total = 0;
        for (int i = 0; i < width; i++) {
            total += scatter.get(i, i);
        }
        return result(Lapack.syevr(scatter, k), total);
    }

    private interface ChunkBody {
        void accept(Matrix chunk);
    }

    /** Hands over the concatenated rows, some at a time, in a matrix that is used again. */
    private void forEachChunk(ChunkBody body) {
        int most = Math.min(ROWS, rows);
        Matrix buffer = Matrix.allocate(most, width);
        List<Matrix> parts = tables.stream()
                .map(table -> Matrix.allocate(most, (int) table.dim(1)))
                .toList();
        for (int first = 0; first < rows; first += ROWS) {
            Matrix chunk = buffer.firstRows(Math.min(ROWS, rows - first));
            int column = 0;
            for (int i = 0; i < parts.size(); i++) {
                Matrix part = parts.get(i).firstRows(chunk.rows());
                Conversion.convertInto(tables.get(i).rows(first, first + chunk.rows()), part.toTensor());
                copy(part, chunk, column);
                column += part.columns();
            }
            body.accept(chunk);
        }
    }

    private void copy(Matrix part, Matrix target, int firstColumn) {
        long bytes = (long) part.columns() * Double.BYTES;
        for (int row = 0; row < part.rows(); row++) {
            MemorySegment source = part.data().asSlice(row * bytes, bytes);
            long at = ((long) row * width + firstColumn) * Double.BYTES;
            target.data().asSlice(at, bytes).copyFrom(source);
            if (options.scaling() == RowScaling.UNIT) {
                toUnitLength(target.data().asSlice(at, bytes));
            }
        }
    }

    private static void toUnitLength(MemorySegment row) {
        double squares = 0;
        for (long at = 0; at < row.byteSize(); at += Double.BYTES) {
            double value = row.get(TensorData.F64, at);
            squares += value * value;
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        for (long at = 0; at < row.byteSize(); at += Double.BYTES) {
            row.set(TensorData.F64, at, row.get(TensorData.F64, at) / length);
        }
    }

    private void addToMean(Matrix chunk) {
        for (int row = 0; row < chunk.rows(); row++) {
            long from = (long) row * width * Double.BYTES;
            for (int i = 0; i < width; i++) {
                mean[i] += chunk.data().get(TensorData.F64, from + (long) i * Double.BYTES);
            }
        }
    }

    private void centre(Matrix chunk) {
        for (int row = 0; row < chunk.rows(); row++) {
            long from = (long) row * width * Double.BYTES;
            for (int i = 0; i < width; i++) {
                long at = from + (long) i * Double.BYTES;
                chunk.data().set(TensorData.F64, at, chunk.data().get(TensorData.F64, at) - mean[i]);
            }
        }
    }

    private PcaFit result(Lapack.Eigen eigen, double total) {
        int k = eigen.values().size();
        double[] singular = new double[k];
        double[] variance = new double[k];
        double[] ratio = new double[k];
        for (int i = 0; i < k; i++) {
            // Rounding can leave the value of a direction without variance slightly negative.
            double value = Math.max(0, eigen.values().get(i));
            singular[i] = Math.sqrt(value);
            variance[i] = value / Math.max(1, rows - 1);
            ratio[i] = total == 0 ? 0 : value / total;
            makeLargestPositive(eigen.vectors(), i);
        }
        return new PcaFit(vector(mean), eigen.vectors().toTensor(), vector(singular), vector(variance), vector(ratio));
    }

    private static void makeLargestPositive(Matrix vectors, int row) {
        double largest = 0;
        for (int i = 0; i < vectors.columns(); i++) {
            double value = vectors.get(row, i);
            largest = Math.abs(value) > Math.abs(largest) ? value : largest;
        }
        if (largest < 0) {
            for (int i = 0; i < vectors.columns(); i++) {
                vectors.set(row, i, -vectors.get(row, i));
            }
        }
    }

    private static TensorData vector(double[] values) {
        return new TensorData(DType.DOUBLE, List.of((long) values.length), MemorySegment.ofArray(values));
    }
}
