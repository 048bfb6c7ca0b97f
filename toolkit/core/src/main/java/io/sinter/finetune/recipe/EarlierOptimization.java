package io.sinter.finetune.recipe;

import io.sinter.onnx.pass.fuse.Target;
import io.sinter.onnx.pass.precision.EmbeddingFormat;
import io.sinter.optimize.Precision;
import io.sinter.output.Manifest;
import io.sinter.recipe.OutputEntry;
import java.util.Arrays;
import java.util.Locale;

/** What was done to a graph, as what is to be done to another. */
final class EarlierOptimization {

    private EarlierOptimization() {}

    /** The {@code output:} that asks for it. */
    static OutputEntry again(Manifest.Optimization done) {
        String embedding = done.embedding();
        return new OutputEntry(
                null,
                null,
                Target.valueOf(done.target().toUpperCase(Locale.ROOT)),
                Arrays.stream(Precision.values())
                        .filter(p -> p.label().equals(done.dtype()))
                        .findFirst()
                        .orElse(Precision.FLOAT32),
                embedding == null ? null : EmbeddingFormat.valueOf(embedding.toUpperCase(Locale.ROOT)),
                done.skip(),
                null,
                null,
                false,
                null,
                null);
    }
}
