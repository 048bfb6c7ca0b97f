package io.sinter.weights;

import java.util.List;
import java.util.function.Function;

/**
 * Linear combinations whose coefficients differ between the vectors of a tensor: its rows, or the columns along the first axis.
 */
final class VectorCombination {

    /** Columns whose sums are made at a time: reading them is reading short stretches of many rows. */
    private static final int BAND = 1 << 10;

    private final double[][] coefficients;
    private final double[] base;
    private final Layout layout;

    /** With coefficients of model i and vector v at [i][v], and those of the base, which are empty where it has none. */
    private VectorCombination(double[][] coefficients, double[] base, Layout layout) {
        this.coefficients = coefficients;
        this.base = base;
        this.layout = layout;
    }

    /** Which elements make a vector. */
    sealed interface Layout {

        /** How many vectors so many elements make. */
        long vectors(long elements);
    }

    /** Elements beside each other. */
    record Rows(long length) implements Layout {

        @Override
        public long vectors(long elements) {
            return elements / length;
        }
    }

    /** Every {@code count}-th element. */
    record Columns(long count) implements Layout {

        @Override
        public long vectors(long elements) {
            return count;
        }
    }

    /**
     * Computes coefficients from each vector's inner products.
     *
     * @param kind of models, or of task vectors, whose combination is added to the base
     * @param rule from inner products to coefficients
     */
    static VectorCombination of(
            TensorGroup group, Sources.Kind kind, Layout layout, Function<Gram, List<Double>> rule) {
        int models = group.models().size();
        int vectors = group.elements() == 0 ? 0 : Math.toIntExact(layout.vectors(group.elements()));
        VectorCombination combination = new VectorCombination(
                new double[models][vectors], new double[kind == Sources.Kind.MODELS ? 0 : vectors], layout);
        if (vectors > 0) {
            switch (layout) {
                case Rows rows -> combination.setRows(group, kind, rows.length(), rule);
                case Columns columns -> combination.setColumns(group, kind, columns.count(), rule);
            }
        }
        return combination;
    }

    private void setRows(TensorGroup group, Sources.Kind kind, long length, Function<Gram, List<Double>> rule) {
        Sweep.units(group, group.elements() / length, length, (reader, first, end) -> {
            Gram.Accumulator sums = new Gram.Accumulator(coefficients.length, new Sources(reader, kind));
            for (long row = first; row < end; row++) {
                sums.add(row * length, (row + 1) * length);
                set((int) row, rule.apply(sums.take()));
            }
            return end;
        });
    }

    private void setColumns(TensorGroup group, Sources.Kind kind, long columns, Function<Gram, List<Double>> rule) {
        long rows = group.elements() / columns;
        Sweep.units(group, Math.ceilDiv(columns, BAND), rows * BAND, (reader, first, end) -> {
            Sources sources = new Sources(reader, kind);
            for (long column = first * BAND; column < Math.min(columns, end * BAND); column += BAND) {
                ColumnGrams grams = new ColumnGrams(coefficients.length, (int) Math.min(BAND, columns - column));
                for (long row = 0; row < rows; row++) {
                    grams.add(sources, row * columns + column);
                }
                for (int i = 0; i < grams.width(); i++) {
                    set((int) column + i, rule.apply(grams.of(i)));
                }
            }
            return end;
        });
    }

    private void set(int vector, List<Double> values) {
        double sum = 0;
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i][vector] = values.get(i);
            sum += values.get(i);
        }
        if (base.length > 0) {
            base[vector] = 1 - sum;
        }
    }

    MergedWeights merge(TensorGroup group) {
        return new Blockwise(group, reader -> {
            float[] source = new float[Reader.ROOM];
            double[] sum = new double[Reader.ROOM];
            return (first, count, result) -> {
                LinearCombination.clear(sum, count);
                for (int i = base.length > 0 ? -1 : 0; i < coefficients.length; i++) {
                    reader.read(i, first, count, source);
                    addScaled(i < 0 ? base : coefficients[i], first, source, count, sum);
                }
                LinearCombination.round(sum, count, result);
            };
        });
    }

    private void addScaled(double[] factors, long first, float[] source, int count, double[] sum) {
        switch (layout) {
            case Rows rows -> {
                for (int at = 0; at < count; ) {
                    long row = (first + at) / rows.length();
                    int end = (int) Math.min(count, (row + 1) * rows.length() - first);
                    addScaled(factors[(int) row], source, at, end, sum);
                    at = end;
                }
            }
            case Columns columns -> {
                for (int at = 0; at < count; ) {
                    int column = (int) ((first + at) % columns.count());
                    int end = (int) Math.min(count, at + columns.count() - column);
                    addProducts(factors, column - at, source, at, end, sum);
                    at = end;
                }
            }
        }
    }

    private static void addScaled(double factor, float[] source, int from, int to, double[] sum) {
        for (int i = from; i < to; i++) {
            sum[i] += factor * source[i];
        }
    }

    private static void addProducts(double[] factors, int offset, float[] source, int from, int to, double[] sum) {
        for (int i = from; i < to; i++) {
            sum[i] += factors[offset + i] * source[i];
        }
    }
}
