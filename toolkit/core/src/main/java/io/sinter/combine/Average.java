package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The plain mean: (x₁ + … + x_N) / N. Sources must have one width. */
public record Average() implements Combiner {

    @Override
    public long outputWidth(List<Long> widths) {
        return Widths.common(method(), widths);
    }

    @Override
    public List<Double> weights(int sources) {
        return Collections.nCopies(sources, 1.0 / sources);
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        return ops.div(Layers.sum(ops, sources), ops.constant("count", TensorData.scalar((float) sources.size())));
    }
}
