package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.PassResult;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One run of {@link HalfCompute} over one graph. */
final class HalfConversion {

    /** What a mask is held to before a fused attention adds it to scores: the exponential of less is zero. */
    static final float MASK = 30_000f;

    private final Graph graph;
    private final HalfType half;
    private final Skip skip;
    private final TypedCopies copies;
    private final Floats floats;

    /** Values of the graph that are 16 bits now. */
    private final Set<Value> halves = new HashSet<>();

    /** Values that may hold numbers beyond the type's range. */
    private final Set<Value> wide = new HashSet<>();

    private final List<String> changes = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    HalfConversion(Graph graph, long opset, HalfCompute pass) {
        this.graph = graph;
        this.half = pass.half();
        this.skip = pass.skip();
        this.copies = new TypedCopies(graph, opset, half);
        this.floats = Floats.of(graph, opset);
    }

    PassResult run() {
        for (Node node : List.copyOf(graph.nodes())) {
            if (!floats.inputs(node).isEmpty() || floats.gives(node)) {
                convert(node);
            }
        }
        copies.storeConstants();
        restoreOutputs();
        return new PassResult(changes, refusals);
    }

    private void convert(Node node) {
        if (takesHalf(node)) {
            toHalf(node);
            changes.add("%s in %s".formatted(node, half.dtype()));
        } else {
            keepFloat(node);
        }
    }

    private boolean takesHalf(Node node) {
        HalfOperators kind = HalfOperators.of(node, half);
        if (kind == HalfOperators.FULL) {
            return false;
        }
        if (skip.covers(node)) {
            refusals.add(node + " is to be skipped");
            return false;
        }
        if (hasUnfitConstant(node)) {
            return false;
        }
        if (floats.inputs(node).stream().anyMatch(i -> wide.contains(node.input(i)))
                && !HalfOperators.isFusedAttention(node)) {
            markWide(node, kind);
            return false;
        }
        return kind == HalfOperators.HALF || operandsAreHalf(node);
    }

    /** Readers of constants that the type cannot hold; those that are too large make the result too large as well. */
    private boolean hasUnfitConstant(Node node) {
        boolean unfit = false;
        for (int i : floats.inputs(node)) {
            Value input = node.input(i);
            TensorData constant = input == null ? null : input.constant();
            if (input == null || constant == null) {
                continue;
            }
            if (!half.spans(constant)) {
                markWide(node, HalfOperators.of(node, half));
                if (constant.elementCount() > 1) {
                    refusals.add("%s in float32: %s".formatted(node, half.beyond(input.name())));
                }
                unfit = true;
            } else if (half.loses(constant)) {
                unfit = true;
            }
        }
        return unfit;
    }

    private void markWide(Node node, HalfOperators kind) {
        if (kind == HalfOperators.FOLLOWING) {
            wide.addAll(floats.outputs(node));
        }
    }

    /** Whether one of the operands that are computed is 16 bits; or all are constants, as in a lookup. */
    private boolean operandsAreHalf(Node node) {
        List<Value> computed = floats.inputs(node).stream()
                .map(node::input)
                .filter(v -> v != null && v.constant() == null)
                .toList();
        boolean floatsGoIn = !floats.inputs(node).isEmpty();
        return floatsGoIn && (computed.isEmpty() || computed.stream().anyMatch(halves::contains));
    }

    private void toHalf(Node node) {
        if (node.is("Cast")) {
            node.setAttribute("to", Attribute.of(half.dtype().onnxCode()));
        } else {
            for (int i : floats.inputs(node)) {
                Value input = node.input(i);
                if (input != null && !halves.contains(input)) {
                    boolean mask = wide.contains(input);
                    node.setInput(i, mask ? copies.heldMask(input) : copies.asHalf(input));
                }
            }
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            Value output = node.outputs().get(i);
            if (output != null && floats.isFloat(output) && HalfOperators.sharesType(node, i)) {
                TensorType type = output.type();
                output.setType(new TensorType(half.dtype(), type == null ? null : type.shape()));
                halves.add(output);
            }
        }
    }

    /** Gives float32 to a node that stays in it, and to the graphs inside it. */
    private void keepFloat(Node node) {
        if (node.is("Cast")) {
            return;
        }
        for (int i : floats.inputs(node)) {
            Value input = node.input(i);
            if (input != null && halves.contains(input)) {
                node.setInput(i, copies.asFloat(input));
            }
        }
        node.subgraphs().forEach(this::keepFloat);
    }

    private void keepFloat(Graph inner) {
        for (Node node : inner.nodes()) {
            for (int i = 0; i < node.inputs().size(); i++) {
                Value input = node.input(i);
                if (input != null && halves.contains(input)) {
                    node.setInput(i, copies.asFloat(input));
                }
            }
            node.subgraphs().forEach(this::keepFloat);
        }
        for (int i = 0; i < inner.outputs().size(); i++) {
            if (halves.contains(inner.outputs().get(i))) {
                inner.setOutput(i, copies.asFloat(inner.outputs().get(i)));
            }
        }
    }

    /** Outputs of the graph that were float32 are again, under their names. */
    private void restoreOutputs() {
        for (int i = 0; i < graph.outputs().size(); i++) {
            Value output = graph.outputs().get(i);
            if (halves.contains(output)) {
                Value cast = copies.asFloat(output);
                String name = output.name();
                graph.rename(output, graph.uniqueName(name + "_" + half.label()));
                graph.rename(cast, name);
                cast.setExtras(output.extras());
                graph.setOutput(i, cast);
            }
        }
    }
}
