package io.sinter.onnx.check;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes of ONNX's own operators have the kind of value that the operator takes. */
final class AttributeChecks {

    private enum Kind {
        INT,
        INTS,
        FLOAT,
        STRING,
        TENSOR,
        GRAPH
    }

    /** Attributes whose kind is the same in every operator that has them. */
    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("axis", Kind.INT),
            Map.entry("keepdims", Kind.INT),
            Map.entry("perm", Kind.INTS),
            Map.entry("axes", Kind.INTS),
            Map.entry("to", Kind.INT),
            Map.entry("transA", Kind.INT),
            Map.entry("transB", Kind.INT),
            Map.entry("alpha", Kind.FLOAT),
            Map.entry("beta", Kind.FLOAT),
            Map.entry("epsilon", Kind.FLOAT),
            Map.entry("pads", Kind.INTS),
            Map.entry("strides", Kind.INTS),
            Map.entry("dilations", Kind.INTS),
            Map.entry("kernel_shape", Kind.INTS),
            Map.entry("group", Kind.INT),
            Map.entry("value", Kind.TENSOR),
            Map.entry("value_int", Kind.INT),
            Map.entry("value_ints", Kind.INTS),
            Map.entry("value_float", Kind.FLOAT),
            Map.entry("value_string", Kind.STRING),
            Map.entry("equation", Kind.STRING),
            Map.entry("reduction", Kind.STRING),
            Map.entry("batch_dims", Kind.INT),
            Map.entry("allowzero", Kind.INT),
            Map.entry("noop_with_empty_axes", Kind.INT),
            Map.entry("then_branch", Kind.GRAPH),
            Map.entry("else_branch", Kind.GRAPH),
            Map.entry("body", Kind.GRAPH));

    private AttributeChecks() {}

    /** What is wrong with a node's attributes. */
    static List<String> check(Node node) {
        List<String> wrong = new ArrayList<>();
        if (!node.domain().isEmpty()) {
            return wrong;
        }
        node.attributes().forEach((name, attribute) -> {
            Kind expected = isFloatPad(node, name) ? Kind.FLOAT : KINDS.get(name);
            Kind found = kind(attribute);
            if (expected != null && found != null && expected != found) {
                wrong.add("attribute \"%s\" is %s, expected %s".formatted(name, found, expected));
            }
        });
        return wrong;
    }

    /** Before opset 11, Pad's {@code value} is a float. */
    private static boolean isFloatPad(Node node, String attribute) {
        return node.is("Pad") && attribute.equals("value");
    }

    /** The kind, or null where nothing is said of it. */
    private static @Nullable Kind kind(Attribute attribute) {
        return switch (attribute) {
            case Attribute.Int ignored -> Kind.INT;
            case Attribute.Ints ignored -> Kind.INTS;
            case Attribute.Float ignored -> Kind.FLOAT;
            case Attribute.Str ignored -> Kind.STRING;
            case Attribute.Tensor ignored -> Kind.TENSOR;
            case Attribute.SubGraph ignored -> Kind.GRAPH;
            case Attribute.Floats ignored -> null;
            case Attribute.Strs ignored -> null;
            case Attribute.Tensors ignored -> null;
            case Attribute.SubGraphs ignored -> null;
            case Attribute.Reference ignored -> null;
            case Attribute.Other ignored -> null;
        };
    }
}
