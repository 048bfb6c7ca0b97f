package io.sinter.train;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Prune;
import io.sinter.onnx.pass.RowsFirst;
import io.sinter.runtime.Port;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs a model whose parameters are inputs with what a training made of them. A session is opened for every list of outputs,
 * once, since the weights are no part of it.
 */
final class WeightsNow implements Forward, AutoCloseable {

    private final Runtime runtime;
    private final SessionOptions options;
    private final Model model;
    private final Supplier<Map<String, TensorData>> state;
    private final Map<List<String>, Session> sessions = new HashMap<>();

    /**
     * Opens nothing yet.
     *
     * @param model with inputs in the place of the parameters
     * @param state where the parameters are, by name
     */
    WeightsNow(Runtime runtime, SessionOptions options, Model model, Supplier<Map<String, TensorData>> state) {
        this.runtime = runtime;
        this.options = options;
        this.model = model;
        this.state = state;
    }

    @Override
    public Map<String, TensorData> run(Map<String, TensorData> inputs, List<String> outputs) {
        Session session = sessions.computeIfAbsent(List.copyOf(outputs), this::open);
        Map<String, TensorData> given = new LinkedHashMap<>(inputs);
        model.graph().inputs().forEach(input -> given.remove(input.name()));
        Map<String, TensorData> weights = state.get();
        for (Port port : session.inputs()) {
            TensorData tensor = weights.getOrDefault(port.name(), inputs.get(port.name()));
            if (tensor != null) {
                given.put(port.name(), tensor);
            }
        }
        return session.run(given, outputs);
    }

    private Session open(List<String> outputs) {
        Model part = ModelCopies.of(model);
        Graph graph = part.graph();
        for (String name : outputs) {
            Value value = graph.value(name);
            if (value == null) {
                throw new IllegalArgumentException(
                        "forward: no value \"%s\" in %s: name one of the graph before it became a training graph"
                                .formatted(name, graph));
            }
            graph.addOutput(value);
        }
        new Prune().run(part);
        new RowsFirst().run(part);
        ModelCopies.removeUnreadInputs(graph);
        return runtime.open(part, options);
    }

    @Override
    public void close() {
        sessions.values().forEach(Session::close);
    }
}
