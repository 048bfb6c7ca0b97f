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
import java.util.Optional;

/** Emits what stands on top of encoders: the combination, and what is made of its result. */
final class EnsembleTop {

    /** The output of a classifier, float32 {@code [batch, labels]}. */
    static final String LOGITS = "logits";

    private EnsembleTop() {}

    /** The output of token vectors, float32 {@code [batch, sequence, d]}. */
    static final String TOKENS = "last_hidden_state";

    /**
     * What it stands on.
     *
     * @param vectors of the encoders, floats {@code [batch, dᵢ]}; of tokens {@code [batch, sequence, dᵢ]}
     * @param mask int64 {@code [batch, sequence]}, where these are vectors of tokens
     * @param present BOOL {@code [batch]}, one an encoder; none if all are there
     */
    record Sources(List<Value> vectors, Optional<Value> mask, List<Value> present) {}

    /** Emits it, and adds its outputs to the graph. */
    static void emit(Model model, EnsemblePlan plan, EnsembleParameters parameters, Sources sources) {
        Ops ops = new Ops(model.graph(), model.opset());
        Value combined = combined(ops.withPrefix("combine/"), plan, parameters.combination(), sources);
        Optional<Value> sentence = Optional.of(combined);
        if (sources.mask().isPresent()) {
            output(model.graph(), TOKENS, combined);
            sentence = Optional.ofNullable(plan.recipe().output().pooling())
                    .map(p -> PoolingGraph.pool(
                            ops.withPrefix("pooling/"), combined, sources.mask().get(), p));
        }
        sentence.map(s -> PoolingGraph.normalize(ops.withPrefix("normalize/"), s, plan.normalization()))
                .ifPresent(s -> sentence(ops, s, parameters.classifier()));
    }

    private static void sentence(Ops ops, Value sentence, Parameters classifier) {
        output(ops.graph(), SentenceHead.OUTPUT, sentence);
        if (!classifier.tensors().isEmpty()) {
            Ops at = ops.withPrefix("classifier/");
            Map<String, Value> head = constants(at, classifier);
            Value scores = at.matMul(sentence, at.transpose(named(head, "weight"), 1, 0));
            output(ops.graph(), LOGITS, at.add(scores, named(head, "bias")));
        }
    }

    private static Value combined(Ops ops, EnsemblePlan plan, Parameters parameters, Sources sources) {
        List<Value> floats = sources.vectors().stream()
                .map(v -> PoolingGraph.asFloat(ops, v))
                .toList();
        Map<String, Value> given = constants(ops, parameters);
        return sources.present().isEmpty()
                ? plan.combination().emit(ops, floats, sources.mask().orElse(null), given)
                : plan.combination().emit(ops, floats, given, sources.present());
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
