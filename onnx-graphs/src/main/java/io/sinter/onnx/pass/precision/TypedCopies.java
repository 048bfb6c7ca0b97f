package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same values in another type: each is cast once, right after it is computed, whoever reads it. */
final class TypedCopies {

    private static final String PREFIX = "half/";

    private final Graph graph;
    private final long opset;
    private final HalfType half;
    private final Map<Value, Value> halves = new LinkedHashMap<>();
    private final Map<Value, Value> floats = new LinkedHashMap<>();
    private final Map<Value, Value> masks = new LinkedHashMap<>();

    TypedCopies(Graph graph, long opset, HalfType half) {
        this.graph = graph;
        this.opset = opset;
        this.half = half;
    }

    /** A float32 value in 16 bits; of a constant, another constant. */
    Value asHalf(Value value) {
        return halves.computeIfAbsent(value, v -> {
            TensorData constant = v.constant();
            return constant == null
                    ? after(v).cast(v, half.dtype())
                    : graph.addInitializer(
                            graph.uniqueName(v.name() + "_" + half.label()),
                            Conversion.convert(constant, half.dtype()));
        });
    }

    /** A 16-bit value in float32. */
    Value asFloat(Value value) {
        return floats.computeIfAbsent(value, v -> after(v).cast(v, DType.FLOAT));
    }

    /** A float32 mask in 16 bits, its numbers held to ±{@link HalfConversion#MASK}. */
    Value heldMask(Value value) {
        return masks.computeIfAbsent(value, v -> {
            Ops ops = after(v);
            Value low = ops.constant("mask_low", TensorData.scalar(-HalfConversion.MASK));
            Value high = ops.constant("mask_high", TensorData.scalar(HalfConversion.MASK));
            return ops.cast(ops.clip(v, low, high), half.dtype());
        });
    }

    /**
     * Leaves one copy of each constant that is read in 16 bits. Where nothing reads the float32 one any more, the other
     * takes its name. Where both are read and the constant is large, it is stored in 16 bits and cast for the rest.
     */
    void storeConstants() {
        for (Map.Entry<Value, Value> entry : new ArrayList<>(halves.entrySet())) {
            Value full = entry.getKey();
            Value copy = entry.getValue();
            if (full.constant() == null || graph.isOutput(full)) {
                continue;
            }
            if (!full.uses().isEmpty() && full.constant().elementCount() >= HalfStorage.SMALLEST) {
                graph.replaceUses(full, asFloat(copy));
            }
            if (full.uses().isEmpty()) {
                String name = full.name();
                graph.removeValue(full);
                graph.rename(copy, name);
            }
        }
    }

    private Ops after(Value value) {
        List<Node> nodes = graph.nodes();
        Node producer = value.producer();
        int next = producer == null ? 0 : graph.indexOf(producer) + 1;
        Ops ops = next < nodes.size() ? Ops.insertingBefore(graph, opset, nodes.get(next)) : new Ops(graph, opset);
        return ops.withPrefix(PREFIX);
    }
}
