package io.sinter.export;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.ImageInput;
import io.sinter.image.ImageProcessorGraph;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.OptimizeOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an export makes of a checkpoint.
 *
 * @param build head, inputs, tower; and the target, which is that of {@code precision}
 * @param sentence whether the graph makes sentence vectors
 * @param precision bits of the numbers
 * @param outputNames new names of outputs by those that transformers gives them
 * @param gate how the result is held to the float32 graph; null leaves it out where numbers are in 16 bits, int8 and int4
 *     are always held to the usual one
 * @param imageInput how pictures are read
 */
public record ExportOptions(
        BuildOptions build,
        SentenceOutput sentence,
        OptimizeOptions precision,
        Map<String, String> outputNames,
        @Nullable GateSettings gate,
        ImageInput imageInput) {

    /** Copies the map; one target goes for both. */
    public ExportOptions {
        outputNames = Map.copyOf(outputNames);
        build = build.withTarget(precision.target());
        if (imageInput == ImageInput.IMAGE) {
            build = build.withOpset(ImageProcessorGraph.OPSET);
        }
    }

    /** With pictures, if any, prepared by whoever calls. */
    public ExportOptions(
            BuildOptions build,
            SentenceOutput sentence,
            OptimizeOptions precision,
            Map<String, String> outputNames,
            @Nullable GateSettings gate) {
        this(build, sentence, precision, outputNames, gate, ImageInput.PIXEL_VALUES);
    }

    /** The same that reads pictures in another way. */
    public ExportOptions withImageInput(ImageInput other) {
        return new ExportOptions(build, sentence, precision, outputNames, gate, other);
    }
}
