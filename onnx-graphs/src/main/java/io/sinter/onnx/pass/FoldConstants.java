package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes what depends on constants and known extents alone: the shape arithmetic of traced graphs, small constants.
 * Constant nodes become initializers over the same memory, and an Identity of a constant gives way to it. Results beyond
 * {@value SmallTensor#MAX_ELEMENTS} elements are left to the runtime, as folding them would grow the file. Functions are
 * left alone, for they have no initializers.
 */
public final class FoldConstants implements GraphPass {

    private static final Map<String, Fold> FOLDS = folds();

    @Override
    public String name() {
        return "fold-constants";
    }

    private static Map<String, Fold> folds() {
        Map<String, Fold> folds = new HashMap<>(ElementwiseFolds.folds());
        folds.putAll(MovementFolds.folds());
        return Map.copyOf(folds);
    }

    @Override
    public PassResult run(Model model) {
        if (model.irVersion() < 4) {
            return new PassResult(
                    List.of(),
                    List.of("ir_version %d: initializers would have to be inputs; raise the opset first"
                            .formatted(model.irVersion())));
        }
        ShapeInference.infer(model);
        List<String> changes = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        fold(model.graph(), changes, refusals);
        model.functions().stream()
                .map(Function::name)
                .forEach(f -> refusals.add("function \"%s\": functions have no initializers".formatted(f)));
        return new PassResult(changes, refusals);
    }

    private static void fold(Graph graph, List<String> changes, List<String> refusals) {
        for (Node node : List.copyOf(graph.nodes())) {
            node.subgraphs().forEach(subgraph -> fold(subgraph, changes, refusals));
            if (!node.domain().isEmpty()
                    || node.outputs().size() != 1
                    || node.outputs().getFirst() == null) {
                continue;
            }
            Value output = node.output();
            if (node.is("Identity") && replaceIdentity(graph, node)) {
                changes.add("%s reads its constant".formatted(node));
                continue;
            }
            TensorData data = constant(node, output);
            if (data == null) {
                continue;
            }
            if (graph.isOutput(output)) {
                refusals.add("%s is constant, but an output of the graph".formatted(node));
                continue;
            }
            changes.add("%s is %s".formatted(node, data.describe()));
            graph.replaceByConstant(node, data);
        }
    }

    private static boolean replaceIdentity(Graph graph, Node node) {
        Value input = node.input(0);
        if (input == null || input.constant() == null || node.output().uses().isEmpty()) {
            return false;
        }
        graph.replaceUses(node.output(), input);
        return true;
    }

    /** What the node computes, if that is known and small. */
    private static @Nullable TensorData constant(Node node, Value output) {
        if (node.is("Constant")) {
            return value(node);
        }
        if (output.type() != null
                && output.type().dtype() == DType.INT64
                && output.type().shape() != null) {
            long rank = output.type().shape().rank();
            TensorData known = rank > 1
                    ? null
                    : ShapeInference.knownIntegers(output)
                            .map(n -> integers(n, rank))
                            .orElse(null);
            if (known != null) {
                return known;
            }
        }
        Fold fold = FOLDS.get(node.opType());
        if (fold == null) {
            return null;
        }
        List<@Nullable SmallTensor> inputs = new ArrayList<>();
        for (Value input : node.inputs()) {
            TensorData data = input == null ? null : input.constant();
            SmallTensor small = data == null ? null : SmallTensor.of(data);
            if (input != null && small == null) {
                return null;
            }
            inputs.add(small);
        }
        SmallTensor result = fold.compute(node, inputs);
        return result == null ? null : result.toData();
    }

    private static TensorData integers(List<Long> numbers, long rank) {
        long[] values = numbers.stream().mapToLong(Long::longValue).toArray();
        return rank == 0 ? TensorData.scalar(values[0]) : TensorData.vector(values);
    }

    private static @Nullable TensorData value(Node node) {
        return switch (node.attributes().values().stream().findFirst().orElse(null)) {
            case Attribute.Tensor tensor -> tensor.value();
            case Attribute.Int(long value) -> TensorData.scalar(value);
            case Attribute.Float(float value) -> TensorData.scalar(value);
            case Attribute.Ints(List<Long> values) -> integers(values, 1);
            case Attribute.Floats(List<Float> values) -> floats(values);
            case null, default -> null;
        };
    }

    private static TensorData floats(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return TensorData.vector(array);
    }
}
