package io.sinter.onnx.pass.precision;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code com.microsoft.EmbedLayerNormalization} in standard operators: lookups, sums, normalisation. */
final class EmbedLayerNormalizations {

    /** What the operator adds to the variance where no attribute says otherwise. */
    private static final float EPSILON = 1e-12f;

    private EmbedLayerNormalizations() {}

    /** Whether a use is that operator's lookup of token vectors. */
    static boolean looksUp(Use use) {
        return use.node().domain().equals(MicrosoftOps.DOMAIN)
                && use.node().opType().equals("EmbedLayerNormalization")
                && use.index() == 2;
    }

    /**
     * Writes one out; names of outputs stay.
     *
     * @throws UnsupportedException if it counts a mask that it does not have
     */
    static void writeOut(Graph graph, long opset, Node node) {
        Ops ops = Ops.insertingBefore(graph, opset, node).withPrefix("embedding/");
        Value ids = operand(node, 0);
        Value sum = ops.add(ops.gather(operand(node, 2), ids, 0), positions(ops, node, ids));
        Value types = node.input(4);
        Value typeIds = node.input(1);
        if (types != null && typeIds != null) {
            sum = ops.add(sum, ops.gather(types, typeIds, 0));
        }
        float epsilon = node.floatAttribute("epsilon", EPSILON);
        Map<Value, Value> replacements = new HashMap<>();
        replacements.put(node.output(), ops.layerNormalization(sum, operand(node, 5), operand(node, 6), -1, epsilon));
        Value counted = output(node, 1);
        if (counted != null && (graph.isOutput(counted) || !counted.uses().isEmpty())) {
            replacements.put(counted, lengths(ops, node));
        }
        Value added = output(node, 2);
        if (added != null) {
            replacements.put(added, sum);
        }
        replacements.forEach((old, replacement) -> redirect(graph, old, replacement));
        graph.removeNodes(List.of(node));
        replacements.forEach((old, replacement) -> graph.rename(replacement, old.name()));
    }

    /** Rows of the position table: {@code [B, S, d]} by ids, or its first S rows. */
    private static Value positions(Ops ops, Node node, Value ids) {
        Value table = operand(node, 3);
        Value positionIds = node.input(8);
        if (positionIds != null) {
            return ops.gather(table, positionIds, 0);
        }
        Value one = ops.constant("one", TensorData.vector(1));
        Value zero = ops.constant("zero", TensorData.vector(0));
        Value length = ops.gather(ops.shape(ids), one, 0);
        return ops.slice(table, zero, length, zero, one);
    }

    /** How many tokens of each text the mask counts, INT32 {@code [B]}. */
    private static Value lengths(Ops ops, Node node) {
        Value mask = node.input(7);
        if (mask == null) {
            throw new UnsupportedException(node + ": its mask_index is read, but it has no mask to count");
        }
        return ops.cast(ops.reduceSum(ops.cast(mask, DType.INT64), List.of(1L), KeepDims.DROP), DType.INT32);
    }

    private static void redirect(Graph graph, Value old, Value replacement) {
        graph.replaceUses(old, replacement);
        for (int i = 0; i < graph.outputs().size(); i++) {
            if (graph.outputs().get(i) == old) {
                graph.setOutput(i, replacement);
            }
        }
    }

    private static @Nullable Value output(Node node, int index) {
        return index < node.outputs().size() ? node.outputs().get(index) : null;
    }

    private static Value operand(Node node, int index) {
        Value value = node.input(index);
        if (value == null) {
            throw new UnsupportedException("%s lacks operand %d".formatted(node, index));
        }
        return value;
    }
}
