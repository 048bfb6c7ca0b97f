package io.sinter.ensemble;

import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.Execution;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.pooling.Normalization;
import io.sinter.progress.Progress;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.Device;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder with encoders and what is merged of them. */
record EnsembleFolder(Path folder) {

    static final Runtime RUNTIME = new OrtRuntime();

    static final SessionOptions ONE_THREAD = new SessionOptions(Device.CPU, 1);

    static final List<String> TEXTS = List.of(
            "a cat sat on the mat",
            "who wrote the play",
            "x",
            "the longest of these texts has more words than any other one here");

    private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizer");

    /** Writes an encoder with a tokenizer of the resources beside it. */
    Path encoder(String name, TinyEncoders encoder, String tokenizer) {
        return model(name, encoder.model(), tokenizer);
    }

    /** Writes a model with a tokenizer of the resources beside it. */
    Path model(String name, Model model, String tokenizer) {
        try {
            Path directory = Files.createDirectories(folder.resolve(name));
            OnnxWriter.write(model, directory.resolve("model.onnx"), WriteOptions.DEFAULT);
            Files.copy(TOKENIZERS.resolve(tokenizer).resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Recipe recipe(String text) {
        return RecipeReader.parse(folder.resolve("recipe.yaml"), text);
    }

    EnsemblePlan plan(String recipe) {
        return EnsemblePlanner.plan(recipe(recipe));
    }

    EnsembleReport merge(String recipe, String out) {
        return merge(recipe, out, Progress.NONE);
    }

    EnsembleReport merge(String recipe, String out, Progress progress) {
        return new EnsembleMerger(RUNTIME, ONE_THREAD, progress)
                .merge(plan(recipe), folder.resolve(out), Existing.REFUSE);
    }

    /** The graph that was written. */
    Model graph(String out) {
        return OnnxReader.read(folder.resolve(out).resolve("model.onnx"));
    }

    /** Vectors as they are, by any model of the folder. */
    TensorData embed(String model, EmbedderOptions how, List<String> texts) {
        EmbedderOptions plain =
                how.withNormalization(Normalization.NONE).withExecution(new Execution(ONE_THREAD, 1, 512));
        try (Embedder embedder = Embedder.open(RUNTIME, ModelSource.open(folder.resolve(model)), plain)) {
            return embedder.embed(texts);
        }
    }
}
