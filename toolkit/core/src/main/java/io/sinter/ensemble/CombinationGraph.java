package io.sinter.ensemble;

import io.sinter.inference.InputRole;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Opsets;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The part of a graph of several encoders that is on top of them, by itself: their vectors are its inputs. */
final class CombinationGraph {

    private static final long IR_VERSION = 8;

    private CombinationGraph() {}

    /** The graph: an input for each branch under its name, the mask where these are vectors of tokens, and who is there. */
    static Model of(EnsemblePlan plan, EnsembleParameters parameters) {
        Graph graph = new Graph("combination");
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", Opsets.EMITTED);
        List<Value> vectors = new ArrayList<>();
        for (Branch branch : plan.branches()) {
            Dim width = Dim.of(branch.width());
            Shape shape = switch (plan.level()) {
                case TOKEN -> Shape.of(Dim.of("batch"), Dim.of("sequence"), width);
                case SENTENCE, TABLE -> Shape.of(Dim.of("batch"), width);
            };
            vectors.add(graph.addInput(branch.name(), new TensorType(DType.FLOAT, shape)));
        }
        Optional<Value> mask = plan.level() == Level.TOKEN
                ? Optional.of(graph.addInput(InputRole.MASK.usualName(), TextPorts.type("sequence")))
                : Optional.empty();
        EnsembleTop.emit(model, plan, parameters, new EnsembleTop.Sources(vectors, mask, present(plan, graph)));
        return model;
    }

    private static List<Value> present(EnsemblePlan plan, Graph graph) {
        if (!plan.readsPictures()) {
            return List.of();
        }
        Value texts = graph.addInput(Presence.TEXTS, Presence.TYPE);
        Value images = graph.addInput(Presence.IMAGES, Presence.TYPE);
        return plan.branches().stream()
                .map(branch -> Presence.of(branch).equals(Presence.TEXTS) ? texts : images)
                .toList();
    }

    /** Its inputs by name. */
    static Map<String, TensorData> inputs(EnsemblePlan plan, List<TensorData> vectors) {
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (int i = 0; i < vectors.size(); i++) {
            inputs.put(plan.branches().get(i).name(), vectors.get(i));
        }
        return inputs;
    }
}
