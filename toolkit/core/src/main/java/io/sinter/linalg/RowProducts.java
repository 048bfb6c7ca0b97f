package io.sinter.linalg;

import io.sinter.tensor.TensorData;
import java.util.stream.IntStream;

/** The inner products of all rows of one table with all rows of another, some rows at a time: they need not fit in memory. */
public final class RowProducts {

    private static final int MOST_PRODUCTS = 1 << 22;

    private RowProducts() {}

    /** What is done with the products of a row. */
    @FunctionalInterface
    public interface Body {
        /**
         * Called once for each row, by several threads.
         *
         * @param row its index
         * @param products with each row of the other table; the caller's to keep
         */
        void accept(int row, double[] products);
    }

    /** Calls for each row of the first table. */
    public static void forEach(Matrix rows, Matrix others, Body body) {
        int block = Math.max(1, Math.min(rows.rows(), MOST_PRODUCTS / Math.max(1, others.rows())));
        Matrix buffer = Matrix.allocate(block, others.rows());
        for (int first = 0; first < rows.rows(); first += block) {
            int start = first;
            int count = Math.min(block, rows.rows() - first);
            Matrix products = buffer.firstRows(count);
            Blas.gemm(1, rows.rows(first, first + count).asIs(), others.transposed(), 0, products);
            IntStream.range(0, count)
                    .parallel()
                    .forEach(i -> body.accept(start + i, products.row(i).toArray(TensorData.F64)));
        }
    }
}
