package io.sinter.weights;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which models change which elements of a tensor: those with {@code |δᵢ| > ε}.
 *
 * @param group the tensor
 * @param epsilon ε
 */
record SharedChanges(TensorGroup group, float epsilon) {

    static final Parameter EPSILON =
            Parameter.number("epsilon", 1e-5, Interval.atLeast(0), "differences up to that are no change");

    /**
     * In how many elements a model changes something.
     *
     * @param alone where no other does
     * @param shared where others do too
     */
    record Extent(long alone, long shared) {}

    /** The extents of the models: one pass over the tensor. */
    List<Extent> extents() {
        int n = group.models().size();
        List<long[]> parts = Sweep.elements(group, (reader, first, end) -> {
            long[] counts = new long[2 * n];
            Changes changes = new Changes(reader);
            Sweep.blocks(first, end, (at, count) -> {
                changes.at(at, count);
                for (int i = 0; i < n; i++) {
                    count(changes.deltas[i], changes.models, count, i, counts);
                }
            });
            return counts;
        });
        return IntStream.range(0, n)
                .mapToObj(i -> new Extent(
                        parts.stream().mapToLong(p -> p[2 * i]).sum(),
                        parts.stream().mapToLong(p -> p[2 * i + 1]).sum()))
                .toList();
    }

    private static void count(float[] delta, int[] models, int count, int model, long[] counts) {
        long alone = 0;
        long changed = 0;
        for (int i = 0; i < count; i++) {
            int changes = delta[i] == 0 ? 0 : 1;
            changed += changes;
            alone += models[i] == 1 ? changes : 0;
        }
        counts[2 * model] += alone;
        counts[2 * model + 1] += changed - alone;
    }

    /** B + Σ δᵢ/c over those that change an element, those that are alone times the scale of their model. */
    MergedWeights merge(double[] scales) {
        double[] kept = scales.clone();
        return new Blockwise(group, reader -> {
            Changes changes = new Changes(reader);
            double[] sum = new double[Reader.ROOM];
            return (first, count, result) -> {
                changes.at(first, count);
                Arrays.fill(sum, 0, count, 0);
                for (int i = 0; i < kept.length; i++) {
                    add(changes.deltas[i], changes.models, kept[i], count, sum);
                }
                float[] base = changes.sources.base();
                for (int i = 0; i < count; i++) {
                    result[i] = (float) (base[i] + sum[i] / Math.max(1, changes.models[i]));
                }
            };
        });
    }

    private static void add(float[] delta, int[] models, double scale, int count, double[] sum) {
        for (int i = 0; i < count; i++) {
            sum[i] += (models[i] == 1 ? scale : 1) * delta[i];
        }
    }

    /** The changes in a block, and how many models change each element. One a task. */
    private final class Changes {

        private final Sources sources;
        private final float[][] deltas = new float[group.models().size()][Reader.ROOM];
        private final int[] models = new int[Reader.ROOM];

        Changes(Reader reader) {
            sources = Sources.taskVectors(reader);
        }

        void at(long first, int count) {
            sources.at(first, count);
            Arrays.fill(models, 0, count, 0);
            for (int i = 0; i < deltas.length; i++) {
                sources.read(i, deltas[i]);
                drop(deltas[i], count);
            }
        }

        private void drop(float[] delta, int count) {
            for (int i = 0; i < count; i++) {
                int changes = Math.abs(delta[i]) > epsilon ? 1 : 0;
                models[i] += changes;
                delta[i] *= changes;
            }
        }
    }
}
