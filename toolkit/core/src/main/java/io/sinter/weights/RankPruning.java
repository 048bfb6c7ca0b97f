package io.sinter.weights;

import io.sinter.error.UnsupportedException;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps each element of a task vector with a probability that rises with the rank of its magnitude within its row: with d
 * elements in the row and rank r from 0 (the smallest) to d − 1, {@code density − ε + 2ε r/(d − 1)}; among equal magnitudes
 * the lower index ranks lower. A row is the last axis; a row of one element has the density.
 */
final class RankPruning {

    /** Elements of a row that are sorted at a time: a gigabyte. */
    private static final long LONGEST_ROW = 1 << 26;

    private final TensorGroup group;
    private final List<Double> density;
    private final List<Double> epsilon;
    private final UniformDraws draws;

    private RankPruning(TensorGroup group, List<Double> density, List<Double> epsilon, UniformDraws draws) {
        this.group = group;
        this.density = density;
        this.epsilon = epsilon;
        this.draws = draws;
    }

    static Pruning of(TensorGroup group, List<Double> density, List<Double> epsilon, UniformDraws draws) {
        if (density.stream().allMatch(d -> d >= 1)) {
            return Pruning.NONE;
        }
        if (group.rowLength() > LONGEST_ROW) {
            throw new UnsupportedException("tensor \"%s\": rows of %d elements; DELLA ranks rows of up to %d"
                    .formatted(group.name(), group.rowLength(), LONGEST_ROW));
        }
        RankPruning pruning = new RankPruning(group, density, epsilon, draws);
        return new Pruning(reader -> pruning.new Rows(reader));
    }

    /** The probabilities of the row of each model that was met last. One a task. */
    private final class Rows implements Pruning.Pruner {

        private final Sources sources;
        private final int length = (int) group.rowLength();
        private final long[] rows = new long[density.size()];
        private final float[][] probabilities = new float[density.size()][];
        private final long[] order = new long[length];
        private final float[] delta = new float[Reader.ROOM];
        private final int[] bits = new int[Reader.ROOM];
        private final float[] uniform = new float[Reader.ROOM];

        Rows(Reader reader) {
            sources = Sources.taskVectors(reader);
            Arrays.fill(rows, -1);
            Arrays.setAll(probabilities, i -> new float[density.get(i) < 1 ? length : 0]);
        }

        @Override
        public void prune(int model, long first, int count, float[] values) {
            if (density.get(model) >= 1) {
                return;
            }
            draws.into(model, first, count, uniform);
            for (int at = 0; at < count; ) {
                long row = (first + at) / length;
                int column = (int) ((first + at) % length);
                int end = Math.min(count, at + length - column);
                float[] probability = probabilities(model, row);
                for (int i = at; i < end; i++) {
                    values[i] = uniform[i] < probability[column + i - at] ? values[i] : 0;
                }
                at = end;
            }
        }

        private float[] probabilities(int model, long row) {
            float[] target = probabilities[model];
            if (rows[model] != row) {
                sort(model, row);
                double least = density.get(model) - epsilon.get(model);
                double step = length == 1 ? 0 : 2 * epsilon.get(model) / (length - 1);
                for (int rank = 0; rank < length; rank++) {
                    target[(int) order[rank]] = (float) (length == 1 ? density.get(model) : least + step * rank);
                }
                rows[model] = row;
            }
            return target;
        }

        /** Sorts a row's indices by magnitude: the magnitude's bits above the index make one number. */
        private void sort(int model, long row) {
            Sweep.blocks(row * length, (row + 1) * length, (first, count) -> {
                sources.at(first, count);
                sources.read(model, delta);
                MagnitudePruning.magnitudes(delta, count, bits);
                int offset = (int) (first - row * length);
                for (int i = 0; i < count; i++) {
                    order[offset + i] = (long) bits[i] << 32 | (offset + i);
                }
            });
            Arrays.sort(order);
        }
    }
}
