package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;

/** A third party's combiners, found by the service loader. */
public final class TestCombiners implements CombinerProvider {

    @Override
    public List<Class<? extends Combiner>> combiners() {
        return List.of(ElementwiseMaximum.class);
    }

    /** max(x₁, …, x_N), element by element. */
    public record ElementwiseMaximum() implements Combiner {

        @Override
        public long outputWidth(List<Long> widths) {
            return Widths.common(method(), widths);
        }

        @Override
        public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
            return sources.stream().reduce(ops::max).orElseThrow();
        }
    }
}
