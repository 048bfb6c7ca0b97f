package io.sinter.encoder;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.runtime.Port;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.source.TensorSource;
import io.sinter.source.WordVectorsSource;

/** Opens any model for running: a graph as it is, a checkpoint as the graph that {@link EncoderGraph} builds of it. */
public final class ModelSessions {

    private ModelSessions() {}

    /**
     * A session on a model.
     *
     * @throws UnsupportedException if it is a bare table or word vectors
     * @throws MissingException if a file is not there
     */
    public static Session open(Runtime runtime, ModelSource source, SessionOptions options) {
        return switch (source) {
            case GraphSource graph -> runtime.open(graph.graph(), options);
            case CheckpointSource checkpoint -> runtime.open(graph(checkpoint, target(options)), options);
            case WordVectorsSource words ->
                throw new UnsupportedException(
                        "%s: word vectors, which have no graph to run; merge them, without body: for a static embedding model"
                                .formatted(words.path()));
            case TensorSource table ->
                throw new UnsupportedException(
                        "%s: a bare table, which has no graph to run; give a directory with model.onnx or a checkpoint"
                                .formatted(table.path()));
        };
    }

    /**
     * A session on the part of a model that reads texts alone, or pictures alone; on all of a model that reads but one of
     * them.
     *
     * @throws UnsupportedException as {@link #open(Runtime, ModelSource, SessionOptions)}; and if the model reads texts and
     *     pictures, and nothing that it computes depends on those of the tower alone
     */
    public static Session open(Runtime runtime, ModelSource source, SessionOptions options, Tower tower) {
        if (source instanceof CheckpointSource checkpoint && hasTowers(checkpoint)) {
            return runtime.open(
                    graph(
                            checkpoint,
                            BuildOptions.PORTABLE.withTarget(target(options)).withTower(tower)),
                    options);
        }
        Session whole = open(runtime, source, options);
        if (!(source instanceof GraphSource graph)
                || !TowerGraph.isMixed(whole.inputs().stream().map(Port::name).toList())) {
            return whole;
        }
        whole.close();
        Model model = OnnxReader.read(graph.graph());
        TowerGraph.keep(model, tower, graph.graph().toString());
        return runtime.open(model, options);
    }

    private static boolean hasTowers(CheckpointSource checkpoint) {
        return Architectures.of(checkpoint.config()).towers().size() > 1;
    }

    /** The graph of a checkpoint, with the head that its configuration names and the pooling that its modules say. */
    public static Model graph(CheckpointSource checkpoint, Target target) {
        return graph(checkpoint, BuildOptions.PORTABLE.withTarget(target));
    }

    private static Model graph(CheckpointSource checkpoint, BuildOptions options) {
        EncoderGraph built =
                EncoderGraph.build(checkpoint.config(), new CheckpointWeights(checkpoint.checkpoint()), options);
        checkpoint
                .companions()
                .sentenceTransformers()
                .flatMap(SentenceHead::of)
                .ifPresent(head -> head.append(built.model()));
        return built.model();
    }

    private static Target target(SessionOptions options) {
        return switch (options.device()) {
            case CPU -> Target.CPU;
            case CUDA -> Target.CUDA;
        };
    }
}
