package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Prune;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run of a fusion over the main graph of a model, and the account of it. */
final class Rewrite {

    private final Model model;
    private final Structure structure;
    private final List<String> fused = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();

    Rewrite(Model model, Structure structure) {
        this.model = model;
        this.structure = structure;
    }

    Graph graph() {
        return model.graph();
    }

    /** The nodes as they are now: the list stays while the graph changes. */
    List<Node> nodes(String domain, String... opTypes) {
        List<String> wanted = Arrays.asList(opTypes);
        return graph().nodes().stream()
                .filter(n -> n.domain().equals(domain) && wanted.contains(n.opType()))
                .toList();
    }

    /** Emits where the value is computed, under its name's prefix. */
    Ops before(Value value) {
        Node node = Objects.requireNonNull(value.producer());
        return Ops.insertingBefore(graph(), model.opset(), node).withPrefix("fused/");
    }

    /** The same for operators of ONNX Runtime, which the model imports from then on. */
    MicrosoftOps microsoftBefore(Value value) {
        MicrosoftOps.importInto(model);
        return new MicrosoftOps(before(value));
    }

    /** Lets the replacement stand for a value in every use, under its name, and counts it. */
    void replace(Value old, Value replacement) {
        substitute(old, replacement);
        fused.add(Objects.requireNonNull(replacement.producer()).toString());
    }

    /** Lets the replacement stand for a value in every use, under its name. */
    void substitute(Value old, Value replacement) {
        String name = old.name();
        graph().replaceUses(old, replacement);
        boolean declared = graph().isOutput(old) || shape(replacement) == null;
        for (int i = 0; i < graph().outputs().size(); i++) {
            if (graph().outputs().get(i) == old) {
                graph().setOutput(i, replacement);
            }
        }
        if (declared) {
            replacement.setType(old.type());
            replacement.setExtras(old.extras());
        }
        graph().rename(old, graph().uniqueName(name + "/unfused"));
        graph().rename(replacement, name);
    }

    void refuse(Node node, String reason) {
        refusals.add(new Refusal(node.toString(), reason));
    }

    /** What was done. What nothing reads any more is removed, so that the next fusion sees only what counts. */
    FusionCount count(int present) {
        if (!fused.isEmpty()) {
            new Prune().run(model);
            new Retype().run(model);
        }
        return new FusionCount(structure, present, fused, refusals);
    }

    /** How many nodes of those operators the graph has. */
    int present(String domain, String... opTypes) {
        return nodes(domain, opTypes).size();
    }

    static @Nullable Shape shape(@Nullable Value value) {
        TensorType type = value == null ? null : value.type();
        return type == null ? null : type.shape();
    }

    /** The nodes that read a value. */
    static Stream<Node> readers(Value value) {
        return value.uses().stream().map(use -> use.node()).distinct();
    }
}
