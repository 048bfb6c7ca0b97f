package io.sinter.checkpoint;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.mergekit.ModelReference;
import io.sinter.onnx.ir.Model;
import io.sinter.source.Companions;
import io.sinter.source.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model of a recipe that was found.
 *
 * @param reference how the recipe names it
 * @param path where it is
 * @param weights its tensors
 * @param graph that the weights are of, if they are of an .onnx file
 * @param companions the files beside them
 * @param files all files of it
 */
record OpenedModel(
        ModelReference reference,
        Path path,
        ModelWeights weights,
        Optional<GraphWeights> graph,
        Companions companions,
        List<Path> files) {

    OpenedModel {
        files = List.copyOf(files);
    }

    /** What messages call it. */
    String label() {
        return reference.toString();
    }

    /** Its configuration, if it has one. */
    Optional<ModelConfig> config() {
        return companions.config();
    }

    /** The same with other weights. */
    OpenedModel with(ModelWeights other) {
        return new OpenedModel(reference, path, other, graph, companions, files);
    }

    /**
     * Its graph, with the names of its tensors.
     *
     * @param scratch memory for tensors that have to be made
     * @throws io.sinter.error.UnsupportedException if its family is not one that is built
     */
    Model encoder(Scratch scratch) {
        CheckpointWeights named = new CheckpointWeights(path, weights.names(), name -> weights.read(name, scratch));
        return EncoderGraph.build(config().orElseThrow(), named, BuildOptions.PORTABLE)
                .model();
    }

    /** One of its tensors. */
    TensorAddress tensor(String name) {
        return new TensorAddress(label(), weights, name);
    }
}
