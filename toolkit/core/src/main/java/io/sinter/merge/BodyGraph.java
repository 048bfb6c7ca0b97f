package io.sinter.merge;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.RandomWeights;
import io.sinter.encoder.Settings;
import io.sinter.onnx.ir.Model;
import io.sinter.source.CheckpointSource;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.EmbeddingTableFinder;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Map;

/** The graph that a merged table goes into: a model's own, or the one that is built of a checkpoint. */
sealed interface BodyGraph {

    /** {@code initializer_range} where a configuration does not say. */
    double USUAL_DEVIATION = 0.02;

    /** A new model each time, which the caller may change. */
    Model read();

    /** The table in a model that {@link #read} gave. */
    EmbeddingTable table(Model model);

    /**
     * The element type that the merged table has in this graph, where the recipe asks for none.
     *
     * @param merged the type it was merged in
     */
    DType tableType(DType merged);

    /** A model's own graph. */
    record Traced(GraphSource source) implements BodyGraph {

        @Override
        public Model read() {
            return source.readModel();
        }

        @Override
        public EmbeddingTable table(Model model) {
            return source.embeddingTable(model);
        }

        @Override
        public DType tableType(DType merged) {
            return merged;
        }
    }

    /** The graph of a new model. */
    record Drawn(ModelConfig config, long seed) implements BodyGraph {

        /** A graph and the weights that it was built with, by their names in a checkpoint. */
        record Fresh(Model model, Map<String, TensorData> weights) {}

        /** Draws it; the same each time. */
        Fresh draw() {
            Settings settings = Settings.of(config);
            Head head = Head.of(config);
            RandomWeights weights =
                    new RandomWeights(seed, settings.number("initializer_range", USUAL_DEVIATION), head);
            EncoderGraph built = EncoderGraph.build(config, weights, BuildOptions.PORTABLE);
            return new Fresh(built.model(), weights.tensors());
        }

        @Override
        public Model read() {
            return draw().model();
        }

        @Override
        public EmbeddingTable table(Model model) {
            return EmbeddingTableFinder.find(config.file().toString(), model.graph());
        }

        @Override
        public DType tableType(DType merged) {
            return DType.FLOAT;
        }
    }

    /** The graph of a checkpoint, in float32 whatever the checkpoint's type. */
    record Built(CheckpointSource source) implements BodyGraph {

        @Override
        public Model read() {
            BuildOptions options = BuildOptions.PORTABLE;
            return EncoderGraph.build(source.config(), new CheckpointWeights(source.checkpoint()), options)
                    .model();
        }

        @Override
        public EmbeddingTable table(Model model) {
            return EmbeddingTableFinder.find(source.path().toString(), model.graph());
        }

        @Override
        public DType tableType(DType merged) {
            return DType.FLOAT;
        }
    }
}
