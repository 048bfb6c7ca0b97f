package io.sinter.probe;

import io.sinter.encoder.Architectures;
import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.SentenceHead;
import io.sinter.encoder.TowerGraph;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.PoolingGraph;
import io.sinter.probe.ProbeInput.Embedded;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.source.TensorSource;
import io.sinter.source.WordVectorsSource;
import java.util.List;

/**
 * Puts a classifier into the graph of the vectors that it was fitted on: an output {@value ClassifierHead#OUTPUT} beside
 * those that there are. Token vectors are pooled, to an output {@value SentenceHead#OUTPUT}.
 */
final class ProbeGraph {

    private static final String MASK = "attention_mask";

    private ProbeGraph() {}

    /**
     * A model's graph with a head.
     *
     * @param embedded how the vectors were made
     * @param normalization of them before the head
     */
    static Model of(
            ModelSource source, ProbeInput input, Embedded embedded, Normalization normalization, ClassifierHead head) {
        Model model = graph(source, input);
        Pipeline.PREPARE.run(model);
        Graph graph = model.graph();
        Ops ops = new Ops(graph, model.opset()).withPrefix("classifier/");
        release(graph, ClassifierHead.OUTPUT);
        Value given = graph.outputs().stream()
                .filter(output -> output.name().equals(embedded.output()))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        "%s: no output \"%s\" to put a classifier on".formatted(source.path(), embedded.output())));
        Value vectors = PoolingGraph.asFloat(ops, given);
        if (embedded.pooling().isPresent()) {
            release(graph, SentenceHead.OUTPUT);
            Value pooled = pooled(ops, vectors, input, embedded.pooling().get());
            vectors = output(graph, SentenceHead.OUTPUT, PoolingGraph.normalize(ops, pooled, normalization));
        } else {
            vectors = PoolingGraph.normalize(ops, vectors, normalization);
        }
        output(graph, ClassifierHead.OUTPUT, head.emit(ops, vectors));
        Pipeline.CLEAN.run(model);
        Verifier.verifyOrThrow(model, "graph with a classifier");
        return model;
    }

    private static Value pooled(Ops ops, Value tokens, ProbeInput input, Pooling pooling) {
        return switch (input) {
            case TEXTS, PAIRS -> PoolingGraph.pool(ops, tokens, mask(ops.graph()), pooling);
            case PICTURES -> PoolingGraph.poolAll(ops, tokens, pooling);
        };
    }

    private static Value mask(Graph graph) {
        return graph.inputs().stream()
                .filter(value -> value.name().equals(MASK))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        "pooling needs an input \"%s\", but the graph has none; use a graph that pools by itself"
                                .formatted(MASK)));
    }

    private static Model graph(ModelSource source, ProbeInput input) {
        return switch (source) {
            case GraphSource graph -> {
                Model model = graph.readModel();
                List<String> inputs =
                        model.graph().inputs().stream().map(Value::name).toList();
                if (input != ProbeInput.PAIRS && TowerGraph.isMixed(inputs)) {
                    TowerGraph.keep(model, input.tower(), graph.graph().toString());
                }
                yield model;
            }
            case CheckpointSource checkpoint -> graph(checkpoint, input);
            case WordVectorsSource words ->
                throw new UnsupportedException(words.path() + ": word vectors, which have no graph to put a head on");
            case TensorSource table ->
                throw new UnsupportedException(table.path() + ": a bare table, which has no graph to put a head on");
        };
    }

    private static Model graph(CheckpointSource checkpoint, ProbeInput input) {
        boolean towers = Architectures.of(checkpoint.config()).towers().size() > 1;
        BuildOptions options = BuildOptions.PORTABLE.withHead(Head.NONE);
        Model model = EncoderGraph.build(
                        checkpoint.config(),
                        new CheckpointWeights(checkpoint.checkpoint()),
                        towers ? options.withTower(input.tower()) : options)
                .model();
        checkpoint.companions().sentenceTransformers().flatMap(SentenceHead::of).ifPresent(head -> head.append(model));
        return model;
    }

    /** Another value of that name is no output any more, and goes if nothing else needs it. */
    private static void release(Graph graph, String name) {
        Value other = graph.value(name);
        if (other != null) {
            if (graph.outputs().contains(other)) {
                graph.removeOutput(other);
            }
            graph.rename(other, graph.uniqueName(name + "_before"));
        }
    }

    private static Value output(Graph graph, String name, Value value) {
        graph.rename(value, name);
        graph.addOutput(value);
        return value;
    }
}
