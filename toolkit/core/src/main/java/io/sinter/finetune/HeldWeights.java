package io.sinter.finetune;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.FoldConstants;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import io.sinter.source.Constants;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Folds constants, but none of those that are to be trained: they are inputs while it does.
 *
 * @param names of the weights; those that are computed by Constant nodes become initializers
 */
record HeldWeights(Set<String> names) implements GraphPass {

    @Override
    public String name() {
        return "fold-around-weights";
    }

    @Override
    public PassResult run(Model model) {
        Graph graph = model.graph();
        Map<String, TensorData> held = new LinkedHashMap<>();
        for (String name : names) {
            Value value = graph.value(name);
            if (value != null && Constants.elements(value).isPresent() && !graph.isOutput(value)) {
                held.put(name, hold(graph, value));
            }
        }
        PassResult result = new FoldConstants().run(model);
        held.forEach((name, data) -> {
            Value input = Objects.requireNonNull(graph.value(name));
            graph.rename(input, graph.uniqueName(name + "/input"));
            graph.replaceUses(input, graph.addInitializer(name, data));
            graph.removeValue(input);
        });
        return result;
    }

    private static TensorData hold(Graph graph, Value value) {
        Node producer = value.producer();
        TensorData data = Constants.elements(value).orElseThrow();
        Value constant = producer == null ? value : graph.replaceByConstant(producer, data);
        if (graph.inputs().contains(constant)) {
            graph.removeInput(constant);
        }
        String name = constant.name();
        graph.rename(constant, graph.uniqueName(name + "/held"));
        graph.replaceUses(constant, graph.addInput(name, TensorType.of(data)));
        graph.removeValue(constant);
        return data;
    }
}
