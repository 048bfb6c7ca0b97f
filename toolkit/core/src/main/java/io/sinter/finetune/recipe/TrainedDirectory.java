package io.sinter.finetune.recipe;

import io.sinter.error.OutputException;
import io.sinter.export.ModelExport;
import io.sinter.finetune.FineTuning;
import io.sinter.finetune.TrainableCheckpoint;
import io.sinter.finetune.TrainableGraph;
import io.sinter.json.StrictJson;
import io.sinter.merge.GraphFile;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.TensorType;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.GraphGate;
import io.sinter.output.Manifest;
import io.sinter.output.SentenceTransformersLayout;
import io.sinter.output.StagedDirectory;
import io.sinter.output.Stopwatch;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.quality.SampleTexts;
import io.sinter.recipe.OutputEntry;
import io.sinter.source.CarriedFiles;
import io.sinter.source.Companions;
import io.sinter.source.ModelSource;
import io.sinter.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what a training made: the model with other weights, all else as it was, and what is new about it.
 *
 * @param training how it was done
 * @param recipe of it
 * @param work that was done
 * @param start directory of the model before
 * @param run folder with metrics
 */
record TrainedDirectory(
        RecipeTraining training, TrainingRecipe recipe, RecipeTraining.Work work, Path start, Path run) {

    private static final String CONFIG = "config.json";
    private static final long MAX_CONFIG = 16L << 20;
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    TrainingReport write(FineTuning.Learned learned, RecipeTraining.Output output, Stopwatch watch) {
        Path target = output.target();
        Optional<Manifest> before = Manifest.find(start);
        List<String> notes = new ArrayList<>(before.map(Manifest::notes).orElse(List.of()));
        try (StagedDirectory staged = StagedDirectory.create(target, output.existing())) {
            Path directory = staged.path();
            Companions companions = work.model().companions();
            notes.addAll(CarriedFiles.copy(companions, directory));
            configure(directory);
            declarePooling(directory);
            watch.time("write", () -> work.prepared().training().write(learned, directory));
            Optional<Manifest.Optimization> optimization = watch.time("optimise", () -> optimize(before, directory));
            for (String name : TrainingRun.RECORDS) {
                Files.copy(run.resolve(name), directory.resolve(name));
            }
            TrainedDescription description = new TrainedDescription(this, before, learned, notes);
            Manifest.Training trained = description.write(directory, target, optimization, watch);
            watch.time("commit", staged::commit);
            return new TrainingReport(
                    target.toString(), trained, StagedDirectory.files(target), watch.milliseconds(), notes);
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /** Adds what the task says to {@code config.json}. */
    private void configure(Path directory) throws IOException {
        Path file = directory.resolve(CONFIG);
        JsonNode before =
                Files.exists(file) ? StrictJson.object(file, MAX_CONFIG) : JsonNodeFactory.instance.objectNode();
        ObjectNode after = (ObjectNode) before.deepCopy();
        work.task().configure(after);
        if (!after.equals(before)) {
            Files.writeString(file, MAPPER.writeValueAsString(after) + "\n");
        }
    }

    /** A pooling that only the recipe says is said by the directory from now on. */
    private void declarePooling(Path directory) throws IOException {
        Pooling pooling = recipe.train().texts().pooling();
        if (pooling != null) {
            TensorType type = Objects.requireNonNull(work.model().sentence().type());
            if (Objects.requireNonNull(type.shape()).dim(-1) instanceof Dim.Known(long width)) {
                SentenceTransformersLayout.write(directory, pooling, Normalization.NONE, width, null);
            }
        }
    }

    /** Does to the graph again what was done to it before, or what the recipe's {@code output:} asks for. */
    private Optional<Manifest.Optimization> optimize(Optional<Manifest> before, Path directory) {
        Optional<OutputEntry> output = output(before);
        if (output.isEmpty()) {
            return Optional.empty();
        }
        GateSettings held = new GateSettings(output.get().gate(), SampleTexts.builtIn());
        Path file = directory.resolve(ModelExport.GRAPH);
        return new GraphFile(
                        output.get(),
                        new GraphGate(training.runtime(), training.session(), held),
                        WriteOptions.DEFAULT,
                        training.progress())
                .write(
                        "the trained model",
                        OnnxReader.read(file),
                        () -> OnnxReader.read(file),
                        () -> ModelSource.open(directory).companions(),
                        file);
    }

    private Optional<OutputEntry> output(Optional<Manifest> before) {
        return switch (recipe.start()) {
            case TrainingRecipe.Start.Merged(var merged) ->
                merged.output().optimization().map(o -> merged.output());
            case TrainingRecipe.Start.Weights weights -> Optional.empty();
            case TrainingRecipe.Start.Model model ->
                switch (work.model()) {
                    case TrainableGraph graph -> Optional.empty();
                    case TrainableCheckpoint checkpoint ->
                        before.map(Manifest::optimization).map(EarlierOptimization::again);
                };
        };
    }
}
