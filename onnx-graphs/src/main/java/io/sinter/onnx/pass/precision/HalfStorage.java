package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keeps weights in 16 bits and computes in float32: half the file, any runtime, the speed of float32. Each weight is
 * stored once and cast to float32 before its first use, however many there are; of a table that is looked up, the rows
 * are cast after the lookup. ONNX Runtime casts the others once, when it loads the model.
 *
 * <p>Weights of fewer than {@value #SMALLEST} elements, weights that have numbers beyond the type's range and weights that
 * {@code skip} names stay as they are.
 *
 * @param half what weights are stored as
 * @param skip weights that keep float32
 */
public record HalfStorage(HalfType half, Skip skip) implements GraphPass {

    /** Below this, a Cast takes more of the file than it saves. */
    static final int SMALLEST = 256;

    private static final String PREFIX = "half/";

    @Override
    public String name() {
        return "half-storage";
    }

    @Override
    public PassResult run(Model model) {
        Graph graph = model.graph();
        List<String> changes = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (Value weight : graph.initializers()) {
            TensorData floats = weight.constant();
            if (floats == null || floats.dtype() != DType.FLOAT || floats.elementCount() < SMALLEST) {
                continue;
            }
            if (graph.isOutput(weight)) {
                refusals.add("\"%s\" is an output of the graph".formatted(weight.name()));
            } else if (skip.covers(weight.name()) || weight.uses().stream().anyMatch(u -> skip.covers(u.node()))) {
                refusals.add("\"%s\" is to be skipped".formatted(weight.name()));
            } else if (!half.spans(floats)) {
                refusals.add(half.beyond(weight.name()));
            } else {
                store(graph, model.opset(), weight, floats);
                changes.add("\"%s\" %s as %s".formatted(weight.name(), floats.describe(), half.dtype()));
            }
        }
        return new PassResult(changes, refusals);
    }

    private void store(Graph graph, long opset, Value weight, TensorData floats) {
        List<Use> uses = weight.uses();
        graph.setInitializer(weight, Conversion.convert(floats, half.dtype()));
        Value whole = null;
        for (Use use : uses) {
            Node node = use.node();
            if (node.is("Gather") && use.index() == 0 && graph.indexOf(node) >= 0) {
                castRows(graph, opset, node);
            } else {
                if (whole == null) {
                    whole = Ops.insertingBefore(graph, opset, graph.nodes().getFirst())
                            .withPrefix(PREFIX)
                            .cast(weight, DType.FLOAT);
                }
                node.setInput(use.index(), whole);
            }
        }
    }

    /** Puts the lookup of 16-bit rows before the node, and makes the node their Cast, so that its output stays what it is. */
    private static void castRows(Graph graph, long opset, Node lookup) {
        Value table = lookup.input(0);
        Value indices = lookup.input(1);
        if (table == null || indices == null) {
            throw new IllegalArgumentException(lookup + " lacks an operand");
        }
        Value rows = Ops.insertingBefore(graph, opset, lookup)
                .withPrefix(PREFIX)
                .gather(table, indices, lookup.intAttribute("axis", 0));
        Node cast = new Node("", "Cast", List.of(rows), Map.of("to", Attribute.of(DType.FLOAT.onnxCode())));
        cast.setName(lookup.name());
        graph.replaceNode(lookup, cast);
    }
}
