package io.sinter.weights;

import java.util.ArrayList;
import java.util.List;

/**
 * SCE: select, calculate, erase. Of the elements, those are selected in which the task vectors differ most: the
 * {@code ⌊select_topk · n⌋} (at least one, if it is above 0) of greatest variance across the models, lowest index first among equal
 * ones. The weights are {@code wᵢ = Σ δᵢ² / Σⱼ Σ δⱼ²} over what is selected. In each element the sign of {@code Σ δᵢ} is elected,
 * and the result is {@code B + Σ wᵢδᵢ / max(Σ wᵢ, 1e-6)} over the models whose δᵢ has it.
 *
 * <p>select_topk = 0 gives the base, and 1 selects everything. Equal models have no variance, but are the result where everything
 * is selected. Source: Wan et al., "FuseChat: knowledge fusion of chat models", 2024.
 *
 * @param selectTopk the part of the elements that is selected; 0 to 1; default 1
 */
public record Sce(double selectTopk) implements WeightMerge {

    private static final double LEAST_DIVISOR = 1e-6;

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "sce",
            "task vectors where they vary most between models, weighted by their squares, those of the elected sign averaged",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    Parameter.number(
                            "select_topk", 1.0, Interval.FRACTION, "the part of the elements that is selected"),
                    TaskParameters.INT8_MASK),
            values -> new Sce(values.number("select_topk")));

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requiredBase(method());
        long selected = MagnitudePruning.kept(group.elements(), selectTopk);
        Cut cut = Selection.cuts(
                        group, reader -> new Variances(group, reader), List.of(new Selection.Wanted(0, selected)))
                .getFirst();
        double[] weights = weights(group, cut);
        return new Blockwise(group, reader -> {
            Selected deltas = new Selected(group, reader, cut);
            return (first, count, result) -> {
                deltas.at(first, count);
                erase(deltas, weights, count, result);
            };
        });
    }

    /** The sums of squares of what is selected, divided by their sum. */
    private static double[] weights(TensorGroup group, Cut cut) {
        int n = group.models().size();
        List<List<Double>> parts = Sweep.elements(group, (reader, first, end) -> {
            Selected selected = new Selected(group, reader, cut);
            List<Lanes> lanes = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                lanes.add(new Lanes());
            }
            Sweep.blocks(first, end, (at, count) -> {
                selected.at(at, count);
                for (int i = 0; i < n; i++) {
                    lanes.get(i).addProducts(selected.deltas[i], selected.deltas[i], count);
                }
            });
            return lanes.stream().map(Lanes::total).toList();
        });
        double[] weights = new double[n];
        double total = 0;
        for (int i = 0; i < n; i++) {
            int model = i;
            weights[i] = parts.stream().mapToDouble(p -> p.get(model)).sum();
            total += weights[i];
        }
        for (int i = 0; i < n; i++) {
            weights[i] = total == 0 ? 0 : weights[i] / total;
        }
        return weights;
    }

    private static void erase(Selected selected, double[] weights, int count, float[] result) {
        float[] base = selected.sources.base();
        for (int i = 0; i < count; i++) {
            double total = 0;
            for (float[] delta : selected.deltas) {
                total += delta[i];
            }
            double sign = Math.signum(total);
            double sum = 0;
            double divisor = 0;
            for (int m = 0; m < weights.length; m++) {
                double term = Math.max(0, sign * selected.deltas[m][i]);
                sum += weights[m] * term;
                divisor += weights[m] * Math.signum(term);
            }
            result[i] = (float) (base[i] + sign * sum / Math.max(divisor, LEAST_DIVISOR));
        }
    }
}
