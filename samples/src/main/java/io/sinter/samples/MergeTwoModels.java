package io.sinter.samples;

import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.merge.MergePlan;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.Merger;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;

/** Merges the models of a recipe, then embeds two sentences with the result. */
public final class MergeTwoModels {

    private MergeTwoModels() {}

    /** Takes the recipe and the output directory. */
    public static void main(String[] arguments) {
        Path output = Path.of(arguments[1]);
        OrtRuntime runtime = new OrtRuntime();
        MergePlan plan = MergePlanner.plan(RecipeReader.read(Path.of(arguments[0])));
        new Merger(runtime, SessionOptions.DEFAULT, Progress.NONE).merge(plan, output, Existing.REFUSE);

        try (Embedder embedder = Embedder.open(runtime, ModelSource.open(output), EmbedderOptions.DEFAULT)) {
            TensorData vectors = embedder.embed(List.of("The king read a book.", "The queen wrote a letter."));
            double cosine = Rows.cosine(vectors.rows(0, 1), vectors.rows(1, 2))[0];
            System.out.printf("%s, cosine %.3f%n", vectors.describe(), cosine);
        }
    }
}
