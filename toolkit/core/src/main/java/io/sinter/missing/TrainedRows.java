package io.sinter.missing;

import io.sinter.linalg.Matrix;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Which rows of a table look as if no text had ever trained them, such as {@code [unused42]} or a piece that the tokenizer
 * cannot make. Such rows are still what they were initialised to, moved and shrunk together by what moves all rows (weight
 * decay, gradients of a tied head): a dense ball of normally distributed points, whose distances from its centre differ by
 * about {@code 1/√(2d)} only, d the width. Rows that were trained lie farther out and scatter.
 *
 * <p>The ball is found from the shortest hundredth of the rows (eight at least): centre their median, radius r the median
 * distance from it; then centre and radius are those of the rows within {@code r (1 + 5/√(2d))}, until they do not change.
 * It counts if it holds eight rows, r is at most half the median distance of all rows from the centre, and the shell around
 * it, up to {@code r (1 + 15/√(2d))}, holds less than a third as many rows. Rows of zeros are always counted as not trained.
 * So a handful of untrained rows (about 1 in 200) goes unnoticed.
 *
 * @param rows number of rows
 * @param untrained those that look never trained
 */
public record TrainedRows(int rows, BitSet untrained) {

    private static final double SHORTEST = 0.01;
    private static final int FEWEST = 8;
    private static final int MOST_ROUNDS = 50;

    /** Copies the set. */
    public TrainedRows {
        untrained = (BitSet) untrained.clone();
    }

    /** Whether a row looks trained. */
    public boolean isTrained(int row) {
        return !untrained.get(row);
    }

    /**
     * Looks at a table.
     *
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static TrainedRows of(Matrix table) {
        table.requireFinite("the table");
        double[] lengths = distances(table, new double[table.columns()]);
        BitSet untrained = new BitSet(table.rows());
        IntStream.range(0, table.rows()).filter(row -> lengths[row] == 0).forEach(untrained::set);
        int[] others =
                IntStream.range(0, table.rows()).filter(row -> lengths[row] > 0).toArray();
        if (others.length >= 2 * FEWEST) {
            ball(table, others, lengths).stream().forEach(untrained::set);
        }
        return new TrainedRows(table.rows(), untrained);
    }

    private static BitSet ball(Matrix table, int[] others, double[] lengths) {
        int count = Math.max(FEWEST, (int) (others.length * SHORTEST));
        int[] inside = IntStream.of(others)
                .boxed()
                .sorted((a, b) -> Double.compare(lengths[a], lengths[b]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
        double spread = 5 / Math.sqrt(2.0 * table.columns());
        double[] centre = medians(table.gather(inside));
        int[] before = {};
        for (int round = 0; round < MOST_ROUNDS && inside.length >= FEWEST && !Arrays.equals(before, inside); round++) {
            before = inside;
            centre = round == 0
                    ? centre
                    : ColumnStatistics.of(table.gather(inside)).mean();
            double[] distances = distances(table, centre);
            double radius = median(IntStream.of(inside).mapToDouble(row -> distances[row]));
            inside = within(others, distances, radius * (1 + spread));
        }
        double[] distances = distances(table, centre);
        double radius = median(IntStream.of(before).mapToDouble(row -> distances[row]));
        int shell = within(others, distances, radius * (1 + 3 * spread)).length - inside.length;
        boolean dense = inside.length >= FEWEST && 3 * shell < inside.length;
        boolean narrow = 2 * radius <= median(IntStream.of(others).mapToDouble(row -> distances[row]));
        BitSet ball = new BitSet(table.rows());
        if (dense && narrow) {
            IntStream.of(inside).forEach(ball::set);
        }
        return ball;
    }

    private static int[] within(int[] rows, double[] distances, double radius) {
        return IntStream.of(rows).filter(row -> distances[row] < radius).toArray();
    }

    private static double[] medians(Matrix rows) {
        return IntStream.range(0, rows.columns())
                .mapToDouble(
                        column -> median(IntStream.range(0, rows.rows()).mapToDouble(row -> rows.get(row, column))))
                .toArray();
    }

    private static double median(DoubleStream numbers) {
        double[] sorted = numbers.sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private static double[] distances(Matrix table, double[] centre) {
        return IntStream.range(0, table.rows())
                .parallel()
                .mapToDouble(row -> {
                    double sum = 0;
                    for (int i = 0; i < centre.length; i++) {
                        double difference = table.get(row, i) - centre[i];
                        sum += difference * difference;
                    }
                    return Math.sqrt(sum);
                })
                .toArray();
    }
}
