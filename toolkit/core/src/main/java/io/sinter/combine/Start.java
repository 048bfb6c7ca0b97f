package io.sinter.combine;

import io.sinter.error.IncompatibleException;
import io.sinter.tensor.TensorData;
import java.util.HashSet;
import java.util.List;

/** Float32 matrices with which layers start so that the whole computes the plain average of its sources. */
public final class Start {

    private Start() {}

    /** All zero. */
    public static TensorData zeros(List<Long> shape) {
        return TensorData.of(shape, new float[Math.toIntExact(TensorData.elementCount(shape))]);
    }

    /** Ones on the diagonal: copies the first {@code min(rows, columns)} entries of a vector. */
    public static TensorData identity(long rows, long columns) {
        Matrix matrix = new Matrix(rows, columns);
        matrix.addDiagonal(0, 0, Math.min(rows, columns), 1);
        return matrix.tensor();
    }

    /**
     * {@code [width, width · N]}: the average of the N blocks of a concatenation.
     *
     * @throws IncompatibleException if the sources are not all of that width
     */
    public static TensorData blockMean(long width, List<Long> sources) {
        requireWidth(width, sources);
        Matrix matrix = new Matrix(width, width * sources.size());
        for (int i = 0; i < sources.size(); i++) {
            matrix.addDiagonal(0, i * width, width, 1f / sources.size());
        }
        return matrix.tensor();
    }

    /**
     * {@code [width, width]}: copies a vector, times a factor.
     *
     * @throws IncompatibleException if the sources are not all of that width
     */
    static TensorData scaled(long width, List<Long> sources, float factor) {
        requireWidth(width, sources);
        Matrix matrix = new Matrix(width, width);
        matrix.addDiagonal(0, 0, width, factor);
        return matrix.tensor();
    }

    private static void requireWidth(long width, List<Long> sources) {
        if (!new HashSet<>(sources).equals(new HashSet<>(List.of(width)))) {
            throw new IncompatibleException(
                    "init: average: no average of vectors of widths %s has width %d: bring the models to that width with `dimension`, or use `init: random` or a file"
                            .formatted(Widths.join(sources), width));
        }
    }

    /** A row-major matrix in the making. */
    static final class Matrix {
        private final long rows;
        private final long columns;
        private final float[] elements;

        /** All zero. */
        Matrix(long rows, long columns) {
            this.rows = rows;
            this.columns = columns;
            this.elements = new float[Math.toIntExact(Math.multiplyExact(rows, columns))];
        }

        /** Adds {@code value} to {@code length} elements on the diagonal that begins at (row, column). */
        void addDiagonal(long row, long column, long length, float value) {
            for (long i = 0; i < length; i++) {
                elements[(int) ((row + i) * columns + column + i)] += value;
            }
        }

        /** Adds a matrix of as many columns, scaled, to the rows from {@code row} on. */
        void addRows(long row, TensorData matrix, float scale) {
            float[] added = matrix.toFloatArray();
            int offset = (int) (row * columns);
            for (int i = 0; i < added.length; i++) {
                elements[offset + i] += scale * added[i];
            }
        }

        /** The elements. */
        TensorData tensor() {
            return TensorData.of(List.of(rows, columns), elements);
        }
    }
}
