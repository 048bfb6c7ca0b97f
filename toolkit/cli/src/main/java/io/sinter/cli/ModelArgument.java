package io.sinter.cli;

import io.sinter.hub.Wanted;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The model that a command is about. */
final class ModelArgument {

    @Parameters(
            paramLabel = "MODEL",
            description =
                    "A directory in Hugging Face layout, an .onnx or a .safetensors file, word vectors, hf:ORG/NAME[@REVISION] for a model of a hub, or cache:NAME for one of the demo's models.")
    private String model = "";

    @Mixin
    private HubOptions hub = new HubOptions();

    /** Where it is; of a hub's model with both, the checkpoint. */
    Path path() {
        return hub.find(model, Wanted.CHECKPOINT);
    }

    /** Where it is; of a hub's model with both, the graph. */
    Path graph() {
        return hub.find(model, Wanted.GRAPH);
    }
}
