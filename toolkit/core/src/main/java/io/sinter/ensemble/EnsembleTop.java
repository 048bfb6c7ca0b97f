package io.sinter.ensemble;

import io.sinter.encoder.SentenceHead;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.parameters.Parameters;
import io.sinter.pooling.PoolingGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Emits what stands on top of encoders: the combination, and what is made of its result. */
final class EnsembleTop {

    /** The output of a classifier, float32 {@code [batch, labels]}. */
    static final String LOGITS = "logits";

    private EnsembleTop() {}

    /**
     * Emits it, and adds its outputs to the graph.
     *
     * @param vectors of the encoders, floats {@code [batch, dᵢ]}
     */
    static void emit(Model model, EnsemblePlan plan, EnsembleParameters parameters, List<Value> vectors) {
        Ops ops = new Ops(model.graph(), model.opset());
        Value combined = combined(ops.withPrefix("combine/"), plan, parameters.combination(), vectors);
        Value sentence = PoolingGraph.normalize(ops.withPrefix("normalize/"), combined, plan.normalization());
        output(model.graph(), SentenceHead.OUTPUT, sentence);
        if (!parameters.classifier().tensors().isEmpty()) {
            Ops at = ops.withPrefix("classifier/");
            Map<String, Value> head = constants(at, parameters.classifier());
            Value scores = at.matMul(sentence, at.transpose(named(head, "weight"), 1, 0));
            output(model.graph(), LOGITS, at.add(scores, named(head, "bias")));
        }
    }

    private static Value combined(Ops ops, EnsemblePlan plan, Parameters parameters, List<Value> vectors) {
        List<Value> floats =
                vectors.stream().map(v -> PoolingGraph.asFloat(ops, v)).toList();
        return plan.combination().emit(ops, floats, constants(ops, parameters));
    }

    private static Map<String, Value> constants(Ops ops, Parameters parameters) {
        Map<String, Value> constants = new LinkedHashMap<>();
        parameters.tensors().forEach((name, tensor) -> constants.put(name, ops.constant(name, tensor)));
        return constants;
    }

    private static Value named(Map<String, Value> values, String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("no " + name);
        }
        return value;
    }

    private static void output(Graph graph, String name, Value value) {
        graph.rename(value, name);
        graph.addOutput(value);
    }
}
