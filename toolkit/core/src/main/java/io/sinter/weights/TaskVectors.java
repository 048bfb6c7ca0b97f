package io.sinter.weights;

import java.util.ArrayList;
import java.util.List;

/**
 * Task vectors, pruned, added to the base: {@code B + λ Σ wᵢδᵢ}, with or without an election of signs and a division by the
 * weights.
 *
 * <p>With an election, the sign of {@code Σ wᵢδᵢ} is elected for each element, and only those wᵢδᵢ count that have it; the
 * division is by the sum of their weights. Where the sum is 0, no sign is elected and the element is the base's (the TIES
 * paper; mergekit elects plus). Divisors of magnitude 1e-8 and less, as weights of both signs can have, count as 1.
 *
 * <p>Rescaling multiplies each pruned task vector by {@code Σ|δ| / Σ|pruned δ|}, so that it has its former L1 norm.
 *
 * @param method its name, for messages
 * @param weights wᵢ
 * @param scale λ, division and rescaling
 * @param signs whether signs are elected
 */
record TaskVectors(String method, List<Double> weights, Scale scale, Signs signs) {

    /**
     * By what sums are multiplied.
     *
     * @param lambda λ
     * @param normalize whether to divide by weights
     * @param rescale whether pruned task vectors get their former L1 norm
     */
    record Scale(double lambda, boolean normalize, boolean rescale) {}

    /** Which task vectors count in an element. */
    enum Signs {
        /** All. */
        ALL,
        /** Those with the sign of the weighted sum. */
        ELECTED
    }

    TaskVectors {
        weights = List.copyOf(weights);
        if (scale.normalize() && signs == Signs.ALL) {
            Weights.sum(method, weights);
        }
    }

    MergedWeights merge(TensorGroup group, Pruning pruning) {
        group.requireModels(method, weights.size());
        group.requiredBase(method);
        double[] factors = factors(group, pruning);
        double lambda = scale.lambda() / (scale.normalize() && signs == Signs.ALL ? Weights.sum(method, weights) : 1);
        return switch (signs) {
            case ALL ->
                pruning.equals(Pruning.NONE)
                        ? LinearCombination.ofDeltas(
                                group, weights.stream().map(w -> w * lambda).toList())
                        : new Blockwise(
                                group,
                                reader -> new Sum(
                                        factors, lambda, reader, pruning.open().apply(reader)));
            case ELECTED ->
                new Blockwise(
                        group,
                        reader -> new ElectedSum(
                                this,
                                factors,
                                Sources.taskVectors(reader),
                                pruning.open().apply(reader)));
        };
    }

    /** wᵢ, times what gives a pruned task vector its former norm. */
    private double[] factors(TensorGroup group, Pruning pruning) {
        double[] factors = weights.stream().mapToDouble(w -> w).toArray();
        if (scale.rescale() && !pruning.equals(Pruning.NONE)) {
            List<List<Double>> parts =
                    Sweep.elements(group, (reader, first, end) -> norms(reader, pruning, first, end));
            for (int i = 0; i < factors.length; i++) {
                int index = 2 * i;
                double whole = parts.stream().mapToDouble(p -> p.get(index)).sum();
                double kept = parts.stream().mapToDouble(p -> p.get(index + 1)).sum();
                factors[i] *= kept == 0 ? 1 : whole / kept;
            }
        }
        return factors;
    }

    /** Σ|δ| and Σ|pruned δ| of each model in turn. */
    private List<Double> norms(Reader reader, Pruning pruning, long from, long end) {
        Sources sources = Sources.taskVectors(reader);
        Pruning.Pruner pruner = pruning.open().apply(reader);
        float[] delta = new float[Reader.ROOM];
        List<Lanes> lanes = new ArrayList<>();
        weights.forEach(w -> lanes.addAll(List.of(new Lanes(), new Lanes())));
        Sweep.blocks(from, end, (first, count) -> {
            sources.at(first, count);
            for (int i = 0; i < weights.size(); i++) {
                sources.read(i, delta);
                lanes.get(2 * i).addMagnitudes(delta, count);
                pruner.prune(i, first, count, delta);
                lanes.get(2 * i + 1).addMagnitudes(delta, count);
            }
        });
        return lanes.stream().map(Lanes::total).toList();
    }

    /** B + λ Σ wᵢδᵢ. */
    private static final class Sum implements Blockwise.Block {

        private final double[] factors;
        private final double lambda;
        private final Sources sources;
        private final Pruning.Pruner pruner;
        private final float[] delta = new float[Reader.ROOM];
        private final double[] sum = new double[Reader.ROOM];

        Sum(double[] factors, double lambda, Reader reader, Pruning.Pruner pruner) {
            this.factors = factors;
            this.lambda = lambda;
            this.sources = Sources.taskVectors(reader);
            this.pruner = pruner;
        }

        @Override
        public void make(long first, int count, float[] result) {
            sources.at(first, count);
            start(sources.base(), count, sum);
            for (int i = 0; i < factors.length; i++) {
                sources.read(i, delta);
                pruner.prune(i, first, count, delta);
                LinearCombination.addScaled(lambda * factors[i], delta, count, sum);
            }
            LinearCombination.round(sum, count, result);
        }

        private static void start(float[] base, int count, double[] sum) {
            for (int i = 0; i < count; i++) {
                sum[i] = base[i];
            }
        }
    }
}
