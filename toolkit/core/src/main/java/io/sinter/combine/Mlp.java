package io.sinter.combine;

import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A layer of rectified units over the concatenation: W₂ relu(W₁ [x₁; …; x_N] + b₁) + b₂.
 *
 * <p>Parameters, as PyTorch's {@code nn.Linear}: {@code fc1.weight} {@code [hidden, Σdᵢ]}, {@code fc1.bias},
 * {@code fc2.weight} {@code [width, hidden]}, {@code fc2.bias}. {@code init: average} needs {@code hidden ≥ 2 · width}, since
 * x = relu(x) − relu(−x): the first units hold the average and its negative. Units beyond those start with random inputs
 * (always the same) and outputs of zero, so that they change nothing and can still learn.
 *
 * @param hidden number of units; null takes twice the width of the result
 * @param width of the result; null takes the first source's
 */
public record Mlp(@Nullable Long hidden, @Nullable Long width) implements Combiner {

    /**
     * Checks the sizes.
     *
     * @throws io.sinter.error.RecipeException if one is less than 1
     */
    public Mlp {
        Widths.requirePositive("combine: mlp: hidden", hidden);
        Widths.requirePositive("combine: mlp: width", width);
    }

    @Override
    public long outputWidth(List<Long> widths) {
        return Widths.orFirst(method(), width, widths);
    }

    @Override
    public List<ParameterSpec> parameters(List<Long> widths) {
        long to = outputWidth(widths);
        long units = hidden == null ? Math.multiplyExact(2, to) : hidden;
        long from = Widths.sum(method(), widths);
        return List.of(
                ParameterSpec.weight("fc1.weight", units, from, () -> averages(units, to, widths)),
                ParameterSpec.bias("fc1.bias", units, from),
                ParameterSpec.weight("fc2.weight", to, units, () -> differences(units, to)),
                ParameterSpec.bias("fc2.bias", to, units));
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        Value units = ops.relu(Layers.linear(ops, ops.concat(-1, sources), "fc1.", parameters));
        return Layers.linear(ops, units, "fc2.", parameters);
    }

    private static TensorData averages(long units, long width, List<Long> widths) {
        if (units < 2 * width) {
            throw new IncompatibleException(
                    "combine: mlp: init: average: hidden: got %d, expected at least %d, twice the width, since x = relu(x) - relu(-x)"
                            .formatted(units, 2 * width));
        }
        TensorData average = Start.blockMean(width, widths);
        long from = average.dim(1);
        Start.Matrix weight = new Start.Matrix(units, from);
        weight.addRows(0, average, 1);
        weight.addRows(width, average, -1);
        List<Long> rest = List.of(units - 2 * width, from);
        weight.addRows(2 * width, new Uniform(0).tensor("fc1.weight", rest, Uniform.bound(from)), 1);
        return weight.tensor();
    }

    private static TensorData differences(long units, long width) {
        Start.Matrix weight = new Start.Matrix(width, units);
        weight.addDiagonal(0, 0, width, 1);
        weight.addDiagonal(0, width, width, -1);
        return weight.tensor();
    }
}
