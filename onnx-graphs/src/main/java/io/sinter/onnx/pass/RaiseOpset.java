package io.sinter.onnx.pass;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.onnx.op.ShapeInference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Raises a graph below opset {@value Opsets#EMITTED} to it, with equal outputs. Nodes whose operator changed on the way
 * are rewritten as {@link OperatorHistory} says; subgraphs and functions too. Graphs at {@value Opsets#EMITTED} to
 * {@value Opsets#NEWEST} and operators of other domains stay as they are.
 */
public final class RaiseOpset implements GraphPass {

    /** The oldest file format that holds opset 17. */
    private static final long IR_VERSION = 8;

    @Override
    public String name() {
        return "raise-opset";
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedException naming operator, versions and node, if an operator of ONNX's own domain is not known, or
     *     is used in a way that cannot be written in opset 17 (then some nodes may have been rewritten)
     */
    @Override
    public PassResult run(Model model) {
        List<String> changes = new ArrayList<>();
        if (model.graph().nodes().stream().anyMatch(n -> n.domain().isEmpty())) {
            requireRange(model.opset());
        } else if (!model.opsetImports().containsKey("")) {
            model.setOpset("", Opsets.EMITTED);
        }
        if (model.opset() < Opsets.EMITTED) {
            raiseMain(model, changes);
        }
        for (Function function : List.copyOf(model.functions())) {
            raise(model, function, changes);
        }
        return PassResult.of(changes);
    }

    private static void requireRange(long opset) {
        if (opset < Opsets.OLDEST || opset > Opsets.NEWEST) {
            throw new UnsupportedException("opset %d: graphs of opset %d to %d are handled; export the model at %d"
                    .formatted(opset, Opsets.OLDEST, Opsets.NEWEST, Opsets.EMITTED));
        }
    }

    private static void raiseMain(Model model, List<String> changes) {
        long from = model.opset();
        requireKnown(model.graph(), from);
        ShapeInference.infer(model);
        raise(model.graph(), from, changes);
        model.setOpset("", Opsets.EMITTED);
        changes.add("opset %d to %d".formatted(from, Opsets.EMITTED));
        if (model.irVersion() < IR_VERSION) {
            raiseFormat(model, changes);
        }
    }

    /** Before version 4 of the format, initializers were among the inputs and yet constants. */
    private static void raiseFormat(Model model, List<String> changes) {
        if (model.irVersion() < 4) {
            List<Value> constants =
                    model.graph().inputs().stream().filter(Value::isInitializer).toList();
            constants.forEach(model.graph()::removeInput);
        }
        changes.add("ir_version %d to %d".formatted(model.irVersion(), IR_VERSION));
        model.setIrVersion(IR_VERSION);
    }

    private static void raise(Model model, Function function, List<String> changes) {
        long from = function.opsetImports().getOrDefault("", Opsets.EMITTED);
        if (from >= Opsets.EMITTED) {
            return;
        }
        requireRange(from);
        requireKnown(function.body(), from);
        raise(function.body(), from, changes);
        Map<String, Long> imports = new LinkedHashMap<>(function.opsetImports());
        imports.put("", Opsets.EMITTED);
        model.replaceFunction(
                function,
                new Function(function.domain(), function.name(), function.body(), imports, function.extras()));
        changes.add("function \"%s\": opset %d to %d".formatted(function.name(), from, Opsets.EMITTED));
    }

    private static void raise(Graph graph, long from, List<String> changes) {
        for (Node node : List.copyOf(graph.nodes())) {
            node.subgraphs().forEach(subgraph -> raise(subgraph, from, changes));
            if (!node.domain().isEmpty()) {
                continue;
            }
            for (OperatorChange change : OperatorHistory.CHANGES.getOrDefault(node.opType(), List.of())) {
                // An adapter that replaces the node writes the newest form, so that the rest does not apply.
                if (from < change.version() && graph.indexOf(node) >= 0) {
                    adapt(graph, node, change, from);
                    changes.add("%s rewritten for version %d".formatted(node, change.version()));
                }
            }
        }
    }

    private static void adapt(Graph graph, Node node, OperatorChange change, long from) {
        Ops ops = Ops.insertingBefore(graph, Opsets.EMITTED, node).withPrefix("raised/");
        try {
            change.adapter().adapt(new Adapter.Site(graph, node, ops));
        } catch (UnsupportedException e) {
            throw new UnsupportedException(
                    "raising opset %d to %d (%s changed in %d): %s"
                            .formatted(from, Opsets.EMITTED, node.opType(), change.version(), e.getMessage()),
                    e);
        }
    }

    private static void requireKnown(Graph graph, long from) {
        Set<String> unknown = new TreeSet<>();
        collectUnknown(graph, unknown);
        if (!unknown.isEmpty()) {
            throw new UnsupportedException(
                    "raising opset %d to %d: what these operators became is not known: %s; export the model at opset %d"
                            .formatted(from, Opsets.EMITTED, String.join(", ", unknown), Opsets.EMITTED));
        }
    }

    private static void collectUnknown(Graph graph, Set<String> unknown) {
        for (Node node : graph.nodes()) {
            String op = node.opType();
            if (node.domain().isEmpty()
                    && !OperatorHistory.COMPATIBLE.contains(op)
                    && !OperatorHistory.CHANGES.containsKey(op)) {
                unknown.add(node.toString());
            }
            node.subgraphs().forEach(subgraph -> collectUnknown(subgraph, unknown));
        }
    }
}
