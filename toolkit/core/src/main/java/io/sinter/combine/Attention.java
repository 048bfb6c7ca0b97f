package io.sinter.combine;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/**
 * Multi-head self-attention over the N vectors of one token, and the mean of its N outputs (Vaswani et al., "Attention is
 * all you need", 2017). Sources must have one width.
 *
 * <p>The axis matters: each token's N vectors are the <i>sequence</i>, and tokens are the <i>batch</i>, so a token attends
 * to what the other models say of it and never to other tokens. In PyTorch: {@code nn.MultiheadAttention(d, heads)} on
 * {@code stack([x₁, …, x_N])} of shape {@code [N, tokens, d]}, then {@code mean(0)}.
 *
 * <p>Parameters, as there: {@code in_proj_weight} {@code [3d, d]} (query, key, value), {@code in_proj_bias},
 * {@code out_proj.weight} {@code [d, d]}, {@code out_proj.bias}. {@code init: average} makes the query projection zero, so
 * that all scores are equal, and the others the identity.
 *
 * @param heads how many; they must divide the width
 */
public record Attention(int heads) implements Combiner {

    /**
     * Checks the number of heads.
     *
     * @throws RecipeException if it is less than 1
     */
    public Attention {
        if (heads < 1) {
            throw new RecipeException("combine: attention: heads: got %d, expected 1 or more".formatted(heads));
        }
    }

    @Override
    public long outputWidth(List<Long> widths) {
        long width = Widths.common(method(), widths);
        if (width % heads != 0) {
            throw new IncompatibleException(
                    "combine: attention: heads: %d do not divide the models' width %d: take a divisor of it, or another width with `dimension`"
                            .formatted(heads, width));
        }
        return width;
    }

    @Override
    public List<ParameterSpec> parameters(List<Long> widths) {
        long d = outputWidth(widths);
        return List.of(
                ParameterSpec.weight("in_proj_weight", 3 * d, d, () -> equalScores(d)),
                ParameterSpec.bias("in_proj_bias", 3 * d, d),
                ParameterSpec.weight("out_proj.weight", d, d, () -> Start.identity(d, d)),
                ParameterSpec.bias("out_proj.bias", d, d));
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        long n = sources.size();
        long d = Widths.of(sources.getFirst());
        Value sequence = ops.concat(
                1, sources.stream().map(x -> ops.reshape(x, -1, 1, d)).toList());
        Value projected = Layers.affine(
                ops,
                sequence,
                Layers.parameter(parameters, "in_proj_weight"),
                Layers.parameter(parameters, "in_proj_bias"));
        // [T, N, 3d] -> [3, T, heads, N, d / heads]
        Value split = ops.transpose(ops.reshape(projected, -1, n, 3, heads, d / heads), 2, 0, 3, 1, 4);
        List<Value> parts = ops.split(split, 0, 1, 1, 1);
        Value query = ops.squeeze(parts.get(0), 0);
        Value key = ops.squeeze(parts.get(1), 0);
        Value value = ops.squeeze(parts.get(2), 0);
        Value scale = ops.constant("scale", TensorData.scalar((float) Math.sqrt(heads / (double) d)));
        Value scores = ops.matMul(ops.mul(query, scale), ops.transpose(key, 0, 1, 3, 2));
        Value attended = ops.matMul(ops.softmax(scores, -1), value);
        // The output projection is linear: projecting the mean is the mean of the projected, for an N-th of the work.
        Value mean = ops.reshape(ops.reduceMean(attended, List.of(2L), KeepDims.DROP), -1, d);
        Value result = Layers.linear(ops, mean, "out_proj.", parameters);
        return ops.reshape(result, ops.shape(sources.getFirst()));
    }

    private static TensorData equalScores(long d) {
        Start.Matrix weight = new Start.Matrix(3 * d, d);
        weight.addDiagonal(d, 0, d, 1);
        weight.addDiagonal(2 * d, 0, d, 1);
        return weight.tensor();
    }
}
