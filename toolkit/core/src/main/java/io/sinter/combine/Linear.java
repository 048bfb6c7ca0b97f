package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer over the concatenation: W [x₁; …; x_N] + b.
 *
 * <p>Parameters, as PyTorch's {@code nn.Linear}: {@code weight} {@code [width, Σdᵢ]} and {@code bias} {@code [width]}.
 * {@code init: average} makes W the N identities over N, side by side.
 *
 * @param width of the result; null takes the first source's
 */
public record Linear(@Nullable Long width) implements Combiner {

    /**
     * Checks the width.
     *
     * @throws io.sinter.error.RecipeException if it is less than 1
     */
    public Linear {
        Widths.requirePositive("combine: linear: width", width);
    }

    @Override
    public long outputWidth(List<Long> widths) {
        return Widths.orFirst(method(), width, widths);
    }

    @Override
    public List<ParameterSpec> parameters(List<Long> widths) {
        long to = outputWidth(widths);
        long from = Widths.sum(method(), widths);
        return List.of(
                ParameterSpec.weight("weight", to, from, () -> Start.blockMean(to, widths)),
                ParameterSpec.bias("bias", to, from));
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        return Layers.linear(ops, ops.concat(-1, sources), "", parameters);
    }
}
