package io.sinter.finetune;

import io.sinter.combine.Uniform;
import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The constants that are trained, and what becomes of a model's weights by them.
 *
 * @param values that are trained
 * @param names of the weights that they are, or are updates of
 * @param updates of matrices, by the name of the weight; none where weights are trained themselves
 */
public record SelectedWeights(List<Value> values, List<String> names, Map<String, LowRankUpdate> updates) {

    /** Copies the lists. */
    public SelectedWeights {
        values = List.copyOf(values);
        names = List.copyOf(names);
    }

    private static SelectedWeights themselves(List<Value> values) {
        return new SelectedWeights(values, values.stream().map(Value::name).toList(), Map.of());
    }

    /**
     * Chooses weights, and puts low-rank updates into the graph.
     *
     * @throws io.sinter.error.IncompatibleException if a pattern matches nothing
     */
    static SelectedWeights of(Trainable model, Selection selection) {
        List<Value> parameters = model.parameters();
        return switch (selection) {
            case Selection.All() -> themselves(parameters);
            case Selection.Only(List<String> patterns) ->
                themselves(new Patterns("train: only", patterns).chosen(parameters));
            case Selection.Lora lora -> lowRank(model, lora, parameters);
        };
    }

    /** Weights after a training, by name: what the loss depends on, updates added to what they are of. */
    Map<String, TensorData> merged(Map<String, TensorData> trained) {
        Map<String, TensorData> merged = new LinkedHashMap<>();
        for (String name : names) {
            LowRankUpdate update = updates.get(name);
            if (update == null && trained.containsKey(name)) {
                merged.put(name, Objects.requireNonNull(trained.get(name)));
            } else if (update != null && update.isIn(trained)) {
                merged.put(name, update.merged(trained));
            }
        }
        return merged;
    }

    private static SelectedWeights lowRank(Trainable model, Selection.Lora lora, List<Value> parameters) {
        List<Value> matrices = parameters.stream()
                .filter(value -> Objects.requireNonNull(value.constant()).rank() == 2)
                .toList();
        List<Value> chosen = lora.on().isEmpty()
                ? matrices.stream().filter(SelectedWeights::isOfProduct).toList()
                : new Patterns("train: lora: on", lora.on()).chosen(matrices);
        if (chosen.isEmpty()) {
            throw new IncompatibleException(
                    "train: lora: %s has no matrix that a product reads".formatted(model.where()));
        }
        Map<String, LowRankUpdate> updates = new LinkedHashMap<>();
        List<Value> trained = new ArrayList<>();
        Uniform random = new Uniform(lora.seed());
        Graph graph = model.model().graph();
        for (Value matrix : chosen) {
            LowRankUpdate update = LowRankUpdate.of(matrix, lora, random);
            updates.put(matrix.name(), update);
            trained.addAll(update.insert(graph, model.model().opset(), matrix));
        }
        return new SelectedWeights(trained, List.copyOf(updates.keySet()), updates);
    }

    private static boolean isOfProduct(Value matrix) {
        return matrix.uses().stream()
                .anyMatch(use -> use.index() < 2
                        && (use.node().is("MatMul") || use.node().is("Gemm")));
    }
}
