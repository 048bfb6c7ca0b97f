package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;

/** [x₁; …; x_N], of the sum of the widths. */
public record Concatenation() implements Combiner {

    @Override
    public long outputWidth(List<Long> widths) {
        return Widths.sum(method(), widths);
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        return ops.concat(-1, sources);
    }
}
