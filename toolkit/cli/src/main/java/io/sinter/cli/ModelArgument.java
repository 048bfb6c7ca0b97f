package io.sinter.cli;

import io.sinter.merge.ModelLocation;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The model that a command is about. */
final class ModelArgument {

    @Parameters(
            paramLabel = "MODEL",
            description =
                    "A directory in Hugging Face layout, an .onnx or a .safetensors file, word vectors, or cache:NAME for one of the demo's models.")
    private String model = "";

    Path path() {
        return ModelLocation.resolve(model, Path.of(""));
    }
}
