package io.sinter.merge;

import io.sinter.merge.MergePlan.Body;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.CheckpointSource;
import io.sinter.source.CheckpointTable;
import io.sinter.source.GraphSource;
import io.sinter.source.TiedProjection;
import io.sinter.source.TiedProjections;
import io.sinter.tensor.TensorData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A tensor of a body, besides its embedding table, that has an entry for each token: the bias of an output head, or the
 * weight of one that is not tied.
 *
 * @param key where it is
 * @param data {@code [V]}, {@code [V, x]} or {@code [x, V]}
 * @param axis which extent is V
 */
record VocabularyTensor(Key key, TensorData data, int axis) {

    /** Where such a tensor is. */
    sealed interface Key {
        /** A constant of the graph. */
        record InGraph(String name) implements Key {}

        /** A tensor of the checkpoint. */
        record InCheckpoint(String name) implements Key {}
    }

    /** Words of which the name of a checkpoint's head has one. */
    private static final List<String> HEADS =
            List.of("predictions", "lm_head", "vocab_projector", "vocab_transform", "decoder", "mlm", "head");

    /** Those of a body, where its tokens change; none for other sources. */
    static List<VocabularyTensor> of(Body body, PlannedSource source) {
        long before = source.table().rows();
        if (source.rows().areInOrder() && source.rows().count() == before) {
            return List.of();
        }
        return switch (body) {
            case Body.Graph(PlannedSource planned, GraphSource graph)
            when planned.equals(source) -> {
                List<VocabularyTensor> found = new ArrayList<>(in(new BodyGraph.Traced(graph), before));
                graph.checkpoint().ifPresent(c -> found.addAll(in(c.checkpoint(), c.keys(), before)));
                yield found;
            }
            case Body.Weights(PlannedSource planned, CheckpointSource weights)
            when planned.equals(source) -> {
                List<VocabularyTensor> found = new ArrayList<>(in(new BodyGraph.Built(weights), before));
                found.addAll(in(weights.checkpoint(), weights.keys(), before));
                yield found;
            }
            case Body.Graph other -> List.of();
            case Body.Weights other -> List.of();
            case Body.New fresh -> List.of();
            case Body.None none -> List.of();
        };
    }

    private static List<VocabularyTensor> in(BodyGraph body, long rows) {
        Model model = body.read();
        Set<Node> tied = TiedProjections.find(model.graph(), body.table(model)).stream()
                .map(TiedProjection::node)
                .collect(Collectors.toSet());
        return in(model.graph(), rows, tied);
    }

    /**
     * Those of a graph: constants that are added to, or multiplied for, an output over the tokens.
     *
     * @param tied nodes whose weight follows the table anyway
     */
    static List<VocabularyTensor> in(Graph graph, long rows, Set<Node> tied) {
        List<VocabularyTensor> found = new ArrayList<>();
        Set<Node> seen = new HashSet<>();
        Deque<Value> open = new ArrayDeque<>(graph.outputs());
        while (!open.isEmpty()) {
            Node node = open.remove().producer();
            if (node != null && seen.add(node)) {
                open.addAll(step(node, rows, tied, found));
            }
        }
        return found;
    }

    /** What of a node belongs to a head, and where to look further. */
    private static List<Value> step(Node node, long rows, Set<Node> tied, List<VocabularyTensor> found) {
        return switch (node.opType()) {
            case "Identity", "Cast" -> present(node, 0);
            case "Add", "Sub", "Mul", "Div" -> {
                present(node, 0, 1).forEach(input -> constant(input, rows, found));
                yield present(node, 0, 1);
            }
            case "MatMul", "Gemm", "FusedMatMul" -> {
                if (!tied.contains(node)) {
                    weight(node, rows, found);
                }
                present(node, 2).forEach(bias -> constant(bias, rows, found));
                yield List.of();
            }
            default -> List.of();
        };
    }

    private static List<Value> present(Node node, int... inputs) {
        List<Value> values = new ArrayList<>();
        for (int input : inputs) {
            Value value = input < node.inputs().size() ? node.input(input) : null;
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static void constant(Value value, long rows, List<VocabularyTensor> found) {
        TensorData data = value.constant();
        if (data != null && data.rank() > 0 && data.elementCount() == rows && data.dim(data.rank() - 1) == rows) {
            found.add(new VocabularyTensor(new Key.InGraph(value.name()), data, data.rank() - 1));
        }
    }

    /** The weight of an untied projection, read as it is or through Transpose. */
    private static void weight(Node product, long rows, List<VocabularyTensor> found) {
        int axis = product.intAttribute("transB", 0) == 1 ? 0 : 1;
        Value value = product.input(1);
        while (value != null && value.producer() != null && value.constant() == null) {
            Node through = value.producer();
            if (through.is("Transpose")) {
                axis = 1 - axis;
            } else if (!through.is("Identity") && !through.is("Cast")) {
                return;
            }
            value = through.input(0);
        }
        TensorData data = value == null ? null : value.constant();
        if (value != null && data != null && data.rank() == 2 && data.dim(axis) == rows) {
            found.add(new VocabularyTensor(new Key.InGraph(value.name()), data, axis));
        }
    }

    /** Those of a checkpoint: tensors of a head, by their names, whose first extent is V and that are not the table. */
    static List<VocabularyTensor> in(Checkpoint checkpoint, CheckpointTable table, long rows) {
        List<VocabularyTensor> found = new ArrayList<>();
        for (String name : checkpoint.names()) {
            TensorData data = checkpoint.tensor(name);
            boolean isTable = name.equals(table.key()) || table.tied().contains(name);
            if (!isTable
                    && data.rank() >= 1
                    && data.rank() <= 2
                    && data.dim(0) == rows
                    && data.dtype().isFloat()
                    && HEADS.stream().anyMatch(name::contains)) {
                found.add(new VocabularyTensor(new Key.InCheckpoint(name), data, 0));
            }
        }
        return found;
    }
}
