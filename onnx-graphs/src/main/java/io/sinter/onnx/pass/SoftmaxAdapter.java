package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;

/**
 * Softmax, LogSoftmax and Hardmax 13. Before, they flattened the axes from {@code axis} (1 by default) on into one and
 * worked on that; since, they work on {@code axis} (−1 by default) alone. The two are one where {@code axis} is the last;
 * elsewhere the flattening is written out.
 */
final class SoftmaxAdapter {

    private SoftmaxAdapter() {}

    static void adapt(Adapter.Site site) {
        Node node = site.node();
        Value x = AttributeAdapters.operand(node);
        long axis = node.intAttribute("axis", 1);
        TensorType type = x.type();
        Shape shape = type == null ? null : type.shape();
        if (axis == -1 || (shape != null && axis == shape.rank() - 1)) {
            node.setAttribute("axis", Attribute.of(-1));
            return;
        }
        Ops ops = site.ops();
        Value extents = ops.shape(x);
        Value rows = ops.apply("Flatten", List.of(x), Map.of("axis", Attribute.of(axis)));
        Value result = ops.apply(node.opType(), List.of(rows), Map.of("axis", Attribute.of(-1)));
        site.graph().replaceNode(node, new Node("", "Reshape", List.of(result, extents), Map.of()));
    }
}
