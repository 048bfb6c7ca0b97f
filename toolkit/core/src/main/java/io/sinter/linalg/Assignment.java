package io.sinter.linalg;

import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Linear assignment: each row gets a column of its own so that the sum of the chosen elements is greatest. Exact, by shortest
 * augmenting paths with potentials; of time n³ at worst, and of n² where the greatest elements are far from each other.
 * Source: Jonker, Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987.
 */
public final class Assignment {

    private final Matrix values;
    private final int order;
    private final double[] ofRow;
    private final double[] ofRows;
    private final double[] ofColumns;
    private final int[] rowOfColumn;

    private Assignment(Matrix values) {
        this.values = values;
        this.order = values.rows();
        this.ofRow = new double[order];
        this.ofRows = new double[order + 1];
        this.ofColumns = new double[order + 1];
        this.rowOfColumn = new int[order + 1];
    }

    /**
     * The column of each row.
     *
     * @param values square, finite; equal sums may be had in several ways, of which one is found
     */
    public static int[] greatest(Matrix values) {
        if (values.rows() != values.columns()) {
            throw new IllegalArgumentException(
                    "an assignment of %d rows to %d columns".formatted(values.rows(), values.columns()));
        }
        Assignment assignment = new Assignment(values);
        for (int row = 1; row <= assignment.order; row++) {
            assignment.add(row);
        }
        int[] columns = new int[assignment.order];
        for (int column = 1; column <= assignment.order; column++) {
            columns[assignment.rowOfColumn[column] - 1] = column - 1;
        }
        return columns;
    }

    /** The sum of the elements that an assignment takes. */
    public static double sum(Matrix values, int[] columns) {
        double sum = 0;
        for (int row = 0; row < columns.length; row++) {
            sum += values.get(row, columns[row]);
        }
        return sum;
    }

    /** Gives a row a column: the rows on the shortest path to a free one change theirs. Index 0 stands for none. */
    private void add(int row) {
        double[] distance = new double[order + 1];
        int[] before = new int[order + 1];
        boolean[] done = new boolean[order + 1];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        rowOfColumn[0] = row;
        int column = 0;
        do {
            column = nearest(column, distance, before, done);
        } while (rowOfColumn[column] != 0);
        while (column != 0) {
            rowOfColumn[column] = rowOfColumn[before[column]];
            column = before[column];
        }
    }

    /** One step of Dijkstra's search; potentials keep all distances from 0 up. */
    private int nearest(int column, double[] distance, int[] before, boolean[] done) {
        done[column] = true;
        int row = rowOfColumn[column];
        MemorySegment.copy(values.row(row - 1), TensorData.F64, 0, ofRow, 0, order);
        double least = Double.POSITIVE_INFINITY;
        int next = 0;
        for (int j = 1; j <= order; j++) {
            if (!done[j]) {
                double cost = -ofRow[j - 1] - ofRows[row] - ofColumns[j];
                if (cost < distance[j]) {
                    distance[j] = cost;
                    before[j] = column;
                }
                if (distance[j] < least) {
                    least = distance[j];
                    next = j;
                }
            }
        }
        for (int j = 0; j <= order; j++) {
            if (done[j]) {
                ofRows[rowOfColumn[j]] += least;
                ofColumns[j] -= least;
            } else {
                distance[j] -= least;
            }
        }
        return next;
    }
}
