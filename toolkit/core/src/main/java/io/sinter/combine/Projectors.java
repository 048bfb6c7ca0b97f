package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What dynamic meta-embeddings have in common: each source is projected to one width, x′ᵢ = Pᵢ xᵢ + bᵢ, and the result is
 * Σ wᵢ x′ᵢ with weights made of a score for each. How scores come about is what they differ in.
 *
 * <p>Parameters, as an {@code nn.ModuleList} of {@code nn.Linear} has them: {@code projectors.0.weight} {@code [width, d₁]},
 * {@code projectors.0.bias} {@code [width]}, {@code projectors.1.weight} and so on; and of the layer that gives the score,
 * {@code attn_1.weight} {@code [1, from]} and {@code attn_1.bias} {@code [1]}, called so by the authors' code.
 *
 * @param width of the result; null takes the first source's
 * @param activation makes weights of scores
 */
record Projectors(String method, @Nullable Long width, Activation activation) {

    private static final String SCORE = "attn_1.";

    Projectors {
        Widths.requirePositive("combine: " + method + ": width", width);
    }

    long outputWidth(List<Long> widths) {
        return Widths.orFirst(method, width, widths);
    }

    /** Parameters of the projections. With {@code init: average} and scores of 0 the result is the average. */
    List<ParameterSpec> parameters(List<Long> widths) {
        long to = outputWidth(widths);
        float factor = (float) (1 / (widths.size() * activation.atZero(widths.size())));
        List<ParameterSpec> specs = new ArrayList<>();
        for (int i = 0; i < widths.size(); i++) {
            long from = widths.get(i);
            specs.add(ParameterSpec.weight(name(i) + "weight", to, from, () -> Start.scaled(to, widths, factor)));
            specs.add(ParameterSpec.bias(name(i) + "bias", to, from));
        }
        return specs;
    }

    /** Parameters of the score, a linear layer of {@code from} inputs; {@code init: average} makes all scores 0. */
    static List<ParameterSpec> scoreParameters(long from) {
        return List.of(
                ParameterSpec.weight(SCORE + "weight", 1, from, () -> Start.zeros(List.of(1L, from))),
                ParameterSpec.bias(SCORE + "bias", 1, from));
    }

    /** Projections of sources {@code [..., dᵢ]} as {@code [..., N, width]}. */
    Value project(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        List<Value> projected = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            projected.add(Layers.linear(ops, sources.get(i), name(i), parameters));
        }
        return Layers.stack(ops, projected);
    }

    /** Scores {@code [..., 1]} of features {@code [..., from]}. */
    static Value scores(Ops ops, Value features, Map<String, Value> parameters) {
        return Layers.linear(ops, features, SCORE, parameters);
    }

    /** The sum {@code [..., width]} of projections {@code [..., N, width]}, weighted by scores {@code [..., N, 1]}. */
    Value mix(Ops ops, Value projected, Value scores) {
        return ops.reduceSum(ops.mul(projected, activation.of(ops, scores)), List.of(-2L), KeepDims.DROP);
    }

    /** Random elements, always the same, for layers before a score of 0: they change nothing and can still learn. */
    static TensorData undecided(String name, List<Long> shape, long fanIn) {
        return new Uniform(0).tensor(name, shape, Uniform.bound(fanIn));
    }

    private static String name(int source) {
        return "projectors." + source + ".";
    }
}
