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
 * Raises a graph below an opset to it, with equal outputs. Nodes whose operator changed on the way are rewritten as
 * {@link OperatorHistory} says, those of subgraphs too; functions, which have opsets of their own, are raised to
 * {@value Opsets#EMITTED}. Newer graphs, up to {@value Opsets#NEWEST}, and operators of other domains stay as they are.
 */
public final class RaiseOpset implements GraphPass {

    private final long target;

    /** Raises to opset {@value Opsets#EMITTED}. */
    public RaiseOpset() {
        this(Opsets.EMITTED);
    }

    /**
     * Raises further.
     *
     * @param target {@value Opsets#EMITTED} to {@value Opsets#NEWEST}
     */
    public RaiseOpset(long target) {
        if (target < Opsets.EMITTED || target > Opsets.NEWEST) {
            throw new IllegalArgumentException(
                    "opset %d: graphs are raised to %d to %d".formatted(target, Opsets.EMITTED, Opsets.NEWEST));
        }
        this.target = target;
    }

    @Override
    public String name() {
        return "raise-opset";
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedException naming operator, versions and node, if an operator of ONNX's own domain is not known, or
     *     is used in a way that cannot be written in the newer opset (then some nodes may have been rewritten)
     */
    @Override
    public PassResult run(Model model) {
        List<String> changes = new ArrayList<>();
        if (model.graph().nodes().stream().anyMatch(n -> n.domain().isEmpty())) {
            requireRange(model.opset());
        } else if (!model.opsetImports().containsKey("")) {
            model.setOpset("", target);
        }
        if (model.opset() < target) {
            raiseMain(model, changes);
        }
        for (Function function : List.copyOf(model.functions())) {
            new RaiseOpset().raise(model, function, changes);
        }
        return PassResult.of(changes);
    }

    private static void requireRange(long opset) {
        if (opset < Opsets.OLDEST || opset > Opsets.NEWEST) {
            throw new UnsupportedException("opset %d: graphs of opset %d to %d are handled; export the model at %d"
                    .formatted(opset, Opsets.OLDEST, Opsets.NEWEST, Opsets.EMITTED));
        }
    }

    private void raiseMain(Model model, List<String> changes) {
        long from = model.opset();
        requireKnown(model.graph(), from);
        ShapeInference.infer(model);
        raise(model.graph(), from, changes);
        model.setOpset("", target);
        changes.add("opset %d to %d".formatted(from, target));
        if (model.irVersion() < format(target)) {
            raiseFormat(model, changes);
        }
    }

    /** The oldest file format that holds an opset, by ONNX's table of versions. */
    private static long format(long opset) {
        if (opset < 19) {
            return 8;
        }
        if (opset < 21) {
            return 9;
        }
        return opset < 23 ? 10 : 11;
    }

    /** Before version 4 of the format, initializers were among the inputs and yet constants. */
    private void raiseFormat(Model model, List<String> changes) {
        if (model.irVersion() < 4) {
            List<Value> constants =
                    model.graph().inputs().stream().filter(Value::isInitializer).toList();
            constants.forEach(model.graph()::removeInput);
        }
        changes.add("ir_version %d to %d".formatted(model.irVersion(), format(target)));
        model.setIrVersion(format(target));
    }

    private void raise(Model model, Function function, List<String> changes) {
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

    private void raise(Graph graph, long from, List<String> changes) {
        for (Node node : List.copyOf(graph.nodes())) {
            node.subgraphs().forEach(subgraph -> raise(subgraph, from, changes));
            if (!node.domain().isEmpty()) {
                continue;
            }
            for (OperatorChange change : OperatorHistory.CHANGES.getOrDefault(node.opType(), List.of())) {
                // An adapter that replaces the node writes the newest form, so that the rest does not apply.
                if (from < change.version() && change.version() <= target && graph.indexOf(node) >= 0) {
                    adapt(graph, node, change, from);
                    changes.add("%s rewritten for version %d".formatted(node, change.version()));
                }
            }
        }
    }

    private void adapt(Graph graph, Node node, OperatorChange change, long from) {
        Ops ops = Ops.insertingBefore(graph, target, node).withPrefix("raised/");
        try {
            change.adapter().adapt(new Adapter.Site(graph, node, ops));
        } catch (UnsupportedException e) {
            throw new UnsupportedException(
                    "raising opset %d to %d (%s changed in %d): %s"
                            .formatted(from, target, node.opType(), change.version(), e.getMessage()),
                    e);
        }
    }

    private void requireKnown(Graph graph, long from) {
        Set<String> unknown = new TreeSet<>();
        collectUnknown(graph, unknown);
        if (!unknown.isEmpty()) {
            throw new UnsupportedException(
                    "raising opset %d to %d: what these operators became is not known: %s; export the model at opset %d"
                            .formatted(from, target, String.join(", ", unknown), target));
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
