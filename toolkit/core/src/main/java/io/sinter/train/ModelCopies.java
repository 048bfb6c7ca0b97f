package io.sinter.train;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Splice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Graphs that start as copies of others. */
final class ModelCopies {

    private ModelCopies() {}

    /** A copy under the same names, without outputs; defaults of inputs are constants, elements of constants are shared. */
    static Model of(Model model) {
        Graph graph = new Graph(model.graph().name());
        Model copy = new Model(graph, model.irVersion());
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (Value input : model.graph().inputs()) {
            if (!input.isInitializer()) {
                inputs.put(input.name(), graph.addInput(input.name(), input.type()));
            }
        }
        Splice.into(copy, model, "", inputs);
        return copy;
    }

    /** Removes inputs that nothing reads, so that nobody has to feed them. */
    static void removeUnreadInputs(Graph graph) {
        List.copyOf(graph.inputs()).stream()
                .filter(input -> input.uses().isEmpty() && !graph.isOutput(input))
                .forEach(graph::removeValue);
    }

    /** Makes a constant an input of the same name. */
    static Value toInput(Graph graph, Value constant) {
        String name = constant.name();
        graph.rename(constant, graph.uniqueName("constant/" + name));
        Value input = graph.addInput(name, constant.type());
        graph.replaceUses(constant, input);
        graph.removeValue(constant);
        return input;
    }
}
