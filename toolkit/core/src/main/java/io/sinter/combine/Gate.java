package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A gate for every dimension: gᵢ = softmaxᵢ(Wᵢ [x₁; …; x_N] + cᵢ), dimension by dimension, and the result is Σ gᵢ ⊙ xᵢ.
 * Sources must have one width. For two sources it is the fine-grained gate g ⊙ x₁ + (1 − g) ⊙ x₂ with
 * g = σ(W [x₁; x₂] + c), W = W₁ − W₂ (Yang et al., "Words or Characters? Fine-grained Gating for Reading Comprehension",
 * ICLR 2017, which reads the gate from other features).
 *
 * <p>Parameters, as PyTorch's {@code nn.Linear(N · d, N · d)} called {@code gate}: {@code gate.weight}
 * {@code [N · d, N · d]}, the Wᵢ one below the other, and {@code gate.bias} {@code [N · d]}. {@code init: average} makes both
 * zero.
 */
public record Gate() implements Combiner {

    @Override
    public long outputWidth(List<Long> widths) {
        return Widths.common(method(), widths);
    }

    @Override
    public List<ParameterSpec> parameters(List<Long> widths) {
        long all = Math.multiplyExact(outputWidth(widths), widths.size());
        return List.of(
                ParameterSpec.weight("gate.weight", all, all, () -> Start.zeros(List.of(all, all))),
                ParameterSpec.bias("gate.bias", all, all));
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        Value scores = Layers.linear(ops, ops.concat(-1, sources), "gate.", parameters);
        long[] widths = Collections.nCopies(sources.size(), Widths.of(sources.getFirst())).stream()
                .mapToLong(Long::longValue)
                .toArray();
        Value gates = Activation.SOFTMAX.of(ops, Layers.stack(ops, ops.split(scores, -1, widths)));
        return ops.reduceSum(ops.mul(Layers.stack(ops, sources), gates), List.of(-2L), KeepDims.DROP);
    }
}
