package io.sinter.finetune;

import io.sinter.encoder.SentenceHead;
import io.sinter.inference.EncoderPorts;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Port;
import io.sinter.source.Companions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Finds or makes the value of a graph that holds vectors of texts. */
final class SentenceValue {

    private SentenceValue() {}

    /**
     * An output {@code [B, D]}: the graph's own, or token vectors pooled.
     *
     * @param where the model, for messages
     * @param chosen pooling of token vectors, whatever is declared
     * @throws io.sinter.error.MissingException if how to pool is not known
     */
    static Value in(Model model, String where, Optional<Pooling> chosen, Companions companions) {
        Graph graph = model.graph();
        Optional<SentenceHead> declared = companions.sentenceTransformers().flatMap(SentenceHead::of);
        EncoderPorts ports =
                EncoderPorts.of(where, ports(graph.outputs()), chosen, declared.map(SentenceHead::pooling));
        if (ports.pooling().isEmpty()) {
            return Objects.requireNonNull(graph.value(ports.output().name()));
        }
        chosen.map(pooling -> SentenceHead.of(pooling, Normalization.NONE))
                .or(() -> declared)
                .orElseThrow()
                .append(model);
        return Objects.requireNonNull(graph.value(SentenceHead.OUTPUT));
    }

    /** Whether a graph makes vectors of texts by itself, and nobody wants others. */
    static boolean isOutputOf(Model model, Optional<Pooling> chosen) {
        return chosen.isEmpty()
                && model.graph().outputs().stream()
                        .anyMatch(output -> output.name().equals(SentenceHead.OUTPUT));
    }

    /** Inputs or outputs whose types are known. */
    static List<Port> ports(List<Value> values) {
        return values.stream()
                .filter(value -> value.type() != null && !value.isInitializer())
                .map(value -> new Port(value.name(), Objects.requireNonNull(value.type())))
                .toList();
    }
}
