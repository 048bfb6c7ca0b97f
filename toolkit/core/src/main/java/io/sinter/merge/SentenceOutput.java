package io.sinter.merge;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.PoolingGraph;
import java.util.List;
import java.util.stream.Collectors;

/** Appends pooling to a graph of token vectors: the output {@code sentence_embedding}. */
final class SentenceOutput {

    /** The output's name. */
    static final String NAME = "sentence_embedding";

    /** What exporters call token vectors, the likelier first. */
    private static final List<String> TOKEN_OUTPUTS = List.of("last_hidden_state", "token_embeddings");

    private SentenceOutput() {}

    /**
     * Appends it, as the last output, where {@code sentences} asks for it.
     *
     * @throws UnsupportedException if the graph has no output of token vectors, no attention mask, or such an output
     *     already
     */
    static void append(Model model, SentenceVectors sentences) {
        Pooling pooling = sentences.pooling();
        if (sentences.where() == SentenceVectors.Where.OUTSIDE || pooling == null) {
            return;
        }
        Graph graph = model.graph();
        if (graph.value(NAME) != null) {
            throw new UnsupportedException(
                    "output: pooling: the body's graph has a value \"%s\" already; leave out pooling".formatted(NAME));
        }
        Value tokens = tokens(graph);
        Ops ops = new Ops(graph, model.opset()).withPrefix("sinter/pooling/");
        Value pooled = PoolingGraph.pool(ops, tokens, mask(graph), pooling);
        Value sentence = PoolingGraph.normalize(ops, pooled, sentences.normalization());
        if (sentence.producer() == null || sentence == tokens) {
            throw new IllegalStateException("pooling emits nodes");
        }
        graph.rename(sentence, NAME);
        graph.addOutput(sentence);
    }

    private static Value tokens(Graph graph) {
        for (String name : TOKEN_OUTPUTS) {
            for (Value output : graph.outputs()) {
                if (output.name().equals(name)) {
                    return output;
                }
            }
        }
        List<Value> candidates =
                graph.outputs().stream().filter(SentenceOutput::isTokenVectors).toList();
        if (candidates.size() != 1) {
            throw new UnsupportedException(
                    "output: pooling needs one output of token vectors [batch, sequence, width], but the graph's outputs are %s"
                            .formatted(graph.outputs().stream()
                                    .map(Value::toString)
                                    .collect(Collectors.joining("; "))));
        }
        return candidates.getFirst();
    }

    private static boolean isTokenVectors(Value output) {
        TensorType type = output.type();
        return type != null
                && type.dtype().isFloat()
                && type.shape() != null
                && type.shape().rank() == 3;
    }

    private static Value mask(Graph graph) {
        return graph.inputs().stream()
                .filter(i -> i.name().equals("attention_mask"))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        "output: pooling needs an input \"attention_mask\", but the graph's inputs are "
                                + graph.inputs().stream().map(Value::name).collect(Collectors.joining(", "))));
    }
}
