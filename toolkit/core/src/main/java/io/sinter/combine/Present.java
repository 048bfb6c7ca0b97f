package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;

/** Which sources are there, row by row. */
final class Present {

    private final Ops ops;
    private final List<Value> shares;

    /**
     * Emits what it needs.
     *
     * @param present BOOL {@code [...]}, one a source; none if all are present
     */
    Present(Ops ops, List<Value> present) {
        this.ops = ops;
        this.shares = present.stream()
                .map(p -> ops.unsqueeze(ops.cast(p, DType.FLOAT), -1))
                .toList();
    }

    /** A source with zeros where it is absent. */
    Value of(int source, Value vectors) {
        return shares.isEmpty() ? vectors : ops.mul(vectors, shares.get(source));
    }

    /**
     * A weighted sum of what is present, scaled to the weight of all.
     *
     * @param weights of the sources; none if it is no such sum
     */
    Value shared(Value combined, List<Double> weights) {
        if (shares.isEmpty() || weights.isEmpty()) {
            return combined;
        }
        List<Value> terms = new ArrayList<>();
        float total = 0;
        for (int i = 0; i < weights.size(); i++) {
            float weight = weights.get(i).floatValue();
            total += weight;
            terms.add(ops.mul(shares.get(i), ops.constant("share" + (i + 1), TensorData.scalar(weight))));
        }
        Value there = Layers.sum(ops, terms);
        Value zero = ops.constant("nothing", TensorData.scalar(0f));
        Value one = ops.constant("all", TensorData.scalar(1f));
        Value none = ops.equal(there, zero);
        Value factor = ops.div(ops.constant("total", TensorData.scalar(total)), ops.where(none, one, there));
        return ops.mul(combined, ops.where(none, zero, factor));
    }
}
