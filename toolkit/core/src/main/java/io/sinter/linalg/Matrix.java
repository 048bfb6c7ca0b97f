package io.sinter.linalg;

import io.sinter.error.MalformedException;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * A matrix of doubles, row-major, in native memory that BLAS works on in place.
 *
 * @param rows number of rows
 * @param columns number of columns
 * @param data {@code rows · columns} doubles
 */
public record Matrix(int rows, int columns, MemorySegment data) {

    /** Checks the size. */
    public Matrix {
        if (rows < 0 || columns < 0 || data.byteSize() != (long) rows * columns * Double.BYTES || !data.isNative()) {
            throw new IllegalArgumentException("%d native bytes expected for a matrix of %d x %d, got %d"
                    .formatted((long) rows * columns * Double.BYTES, rows, columns, data.byteSize()));
        }
    }

    /** A matrix of zeros that lives as long as it is reachable. */
    public static Matrix allocate(int rows, int columns) {
        return allocate(rows, columns, Arena.ofAuto());
    }

    /** A matrix of zeros that lives as long as the arena. */
    static Matrix allocate(int rows, int columns, Arena arena) {
        return new Matrix(rows, columns, arena.allocate((long) rows * columns * Double.BYTES, 64));
    }

    /** Ones on the diagonal. */
    public static Matrix identity(int size) {
        Matrix identity = allocate(size, size);
        for (int i = 0; i < size; i++) {
            identity.set(i, i, 1);
        }
        return identity;
    }

    /** A copy of a tensor of rank 2 and any type that converts to double. */
    public static Matrix copyOf(TensorData tensor) {
        if (tensor.rank() != 2) {
            throw new IllegalArgumentException("a matrix has rank 2, not " + tensor.describe());
        }
        Matrix copy = allocate(Math.toIntExact(tensor.dim(0)), Math.toIntExact(tensor.dim(1)));
        Conversion.convertInto(tensor, copy.toTensor());
        return copy;
    }

    /** A copy in memory of its own. */
    public Matrix copy() {
        Matrix copy = allocate(rows, columns);
        copy.data.copyFrom(data);
        return copy;
    }

    /**
     * Copies of the rows at these indices, in that order; an index may come twice.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public Matrix gather(int... indices) {
        Matrix picked = allocate(indices.length, columns);
        long bytes = (long) columns * Double.BYTES;
        for (int i = 0; i < indices.length; i++) {
            Objects.checkIndex(indices[i], rows);
            MemorySegment.copy(data, indices[i] * bytes, picked.data, i * bytes, bytes);
        }
        return picked;
    }

    /** A copy with rows as columns. */
    public Matrix transpose() {
        Matrix transposed = new Matrix(
                /* rows= */ columns, /* columns= */ rows, Arena.ofAuto().allocate(data.byteSize(), 64));
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed.set(/* row= */ column, /* column= */ row, get(row, column));
            }
        }
        return transposed;
    }

    /** Copies of the columns {@code [from, to)}. */
    public Matrix columns(int from, int to) {
        Objects.checkFromToIndex(from, to, columns);
        Matrix picked = allocate(rows, to - from);
        long bytes = (long) picked.columns * Double.BYTES;
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(data, ((long) row * columns + from) * Double.BYTES, picked.data, row * bytes, bytes);
        }
        return picked;
    }

    /** One row, over the same memory. */
    public MemorySegment row(int row) {
        Objects.checkIndex(row, rows);
        long bytes = (long) columns * Double.BYTES;
        return data.asSlice(row * bytes, bytes);
    }

    /**
     * This matrix, if every element is a finite number.
     *
     * @param name what the matrix is, for the message
     * @throws MalformedException if an element is infinite or not a number, with its row and column
     */
    public Matrix requireFinite(String name) {
        long elements = (long) rows * columns;
        for (long i = 0; i < elements; i++) {
            double value = data.get(TensorData.F64, i * Double.BYTES);
            if (!Double.isFinite(value)) {
                throw new MalformedException("%s: row %d, column %d is %s, expected a finite number"
                        .formatted(name, i / columns, i % columns, value));
            }
        }
        return this;
    }

    /** The same memory as a {@link DType#DOUBLE} tensor. */
    public TensorData toTensor() {
        return new TensorData(DType.DOUBLE, List.of((long) rows, (long) columns), data);
    }

    /** An element. */
    public double get(int row, int column) {
        return data.get(TensorData.F64, offset(row, column));
    }

    /** Sets an element. */
    public void set(int row, int column, double value) {
        data.set(TensorData.F64, offset(row, column), value);
    }

    /** The first {@code count} rows, over the same memory. */
    public Matrix firstRows(int count) {
        return rows(0, count);
    }

    /** The rows {@code [from, to)}, over the same memory. */
    public Matrix rows(int from, int to) {
        Objects.checkFromToIndex(from, to, rows);
        long bytes = (long) columns * Double.BYTES;
        return new Matrix(to - from, columns, data.asSlice(from * bytes, (to - from) * bytes));
    }

    /** The rows divided by their Euclidean lengths, new; rows of zeros stay. */
    public Matrix toUnitLength() {
        Matrix unit = copy();
        for (int row = 0; row < rows; row++) {
            double length = Math.sqrt(Selection.dot(row(row), row(row)));
            for (int column = 0; length > 0 && column < columns; column++) {
                unit.set(row, column, get(row, column) / length);
            }
        }
        return unit;
    }

    /** This matrix as a factor of a product. */
    public Factor asIs() {
        return new Factor(this, Orientation.AS_IS);
    }

    /** The transpose of this matrix as a factor of a product; nothing is moved. */
    public Factor transposed() {
        return new Factor(this, Orientation.TRANSPOSED);
    }

    /** Which way round a matrix enters a product. */
    public enum Orientation {
        /** As stored. */
        AS_IS,
        /** Rows as columns. */
        TRANSPOSED
    }

    /**
     * A matrix in a product.
     *
     * @param matrix as stored
     * @param orientation which way round it enters
     */
    public record Factor(Matrix matrix, Orientation orientation) {

        int rows() {
            return orientation == Orientation.AS_IS ? matrix.rows : matrix.columns;
        }

        int columns() {
            return orientation == Orientation.AS_IS ? matrix.columns : matrix.rows;
        }
    }

    private long offset(int row, int column) {
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException("[%d, %d] of %d x %d".formatted(row, column, rows, columns));
        }
        return ((long) row * columns + column) * Double.BYTES;
    }
}
