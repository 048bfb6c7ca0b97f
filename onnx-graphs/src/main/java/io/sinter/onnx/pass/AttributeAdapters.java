package io.sinter.onnx.pass;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes that became inputs. */
final class AttributeAdapters {

    private AttributeAdapters() {}

    /** Squeeze, Unsqueeze and ReduceSum 13, the other reductions 18: {@code axes}. */
    static void axes(Adapter.Site site) {
        integers(site, "axes", 1);
    }

    /** Split 13: {@code split}. */
    static void split(Adapter.Site site) {
        integers(site, "split", 1);
    }

    /** Split 18: without sizes, the number of equal parts is said. */
    static void splitEvenly(Adapter.Site site) {
        Node node = site.node();
        if (node.input(1) == null) {
            node.setAttribute("num_outputs", Attribute.of(node.outputs().size()));
        }
    }

    /** Slice 10: {@code starts}, {@code ends}, {@code axes}. */
    static void slice(Adapter.Site site) {
        integers(site, "starts", 1);
        integers(site, "ends", 2);
        integers(site, "axes", 3);
    }

    /** TopK 10: {@code k}. */
    static void topK(Adapter.Site site) {
        Node node = site.node();
        if (!(node.attribute("k") instanceof Attribute.Int(long k))) {
            throw new UnsupportedException(node + ": the attribute k is not a number");
        }
        node.removeAttribute("k");
        place(node, 1, site.ops().constantNode(TensorData.vector(k)));
    }

    /** Pad 11: {@code pads}, {@code value} (0 by default). */
    static void pad(Adapter.Site site) {
        Node node = site.node();
        float value = number(node, "value", 0);
        integers(site, "pads", 1);
        place(node, 2, scalarLike(site.ops(), operand(node), value));
        node.removeAttribute("value");
    }

    /** Clip 11: {@code min}, {@code max}; without them the bounds are the type's, before and after. */
    static void clip(Adapter.Site site) {
        Node node = site.node();
        for (int i = 0; i < 2; i++) {
            String attribute = i == 0 ? "min" : "max";
            if (node.attribute(attribute) != null) {
                place(node, i + 1, scalarLike(site.ops(), operand(node), number(node, attribute, 0)));
                node.removeAttribute(attribute);
            }
        }
    }

    private static void integers(Adapter.Site site, String attribute, int input) {
        Node node = site.node();
        if (node.attribute(attribute) == null) {
            return;
        }
        long[] values = node
                .intsAttribute(attribute)
                .orElseThrow(() -> new UnsupportedException(
                        "%s: the attribute %s is no list of integers here".formatted(node, attribute)))
                .stream()
                .mapToLong(Long::longValue)
                .toArray();
        place(node, input, site.ops().constantNode(TensorData.vector(values)));
        node.removeAttribute(attribute);
    }

    private static float number(Node node, String attribute, float otherwise) {
        return switch (node.attribute(attribute)) {
            case null -> otherwise;
            case Attribute.Float(float value) -> value;
            default ->
                throw new UnsupportedException("%s: the attribute %s is no number here".formatted(node, attribute));
        };
    }

    /** Sets an input, past the end too. */
    static void place(Node node, int index, @Nullable Value value) {
        while (node.inputs().size() <= index) {
            node.addInput(null);
        }
        node.setInput(index, value);
    }

    static Value operand(Node node) {
        Value operand = node.input(0);
        if (operand == null) {
            throw new UnsupportedException(node + " has no operand");
        }
        return operand;
    }

    /** A scalar of the operand's element type, which may not be known before the graph runs. */
    private static Value scalarLike(Ops ops, Value operand, float value) {
        Value scalar = ops.constantNode(TensorData.scalar(value));
        TensorType type = operand.type();
        if (type == null) {
            return ops.apply("CastLike", List.of(scalar, operand), Map.of());
        }
        return type.dtype() == DType.FLOAT ? scalar : ops.cast(scalar, type.dtype());
    }
}
