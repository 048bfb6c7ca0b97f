package io.sinter.merge;

import static io.sinter.merge.MergeFolder.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.export.ModelExport;
import io.sinter.mergekit.MergekitReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.output.Manifest;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code body: {merge: …}}: whole models merged, and tables combined on top of them, in one recipe. */
class MergedBodyTest {

    private static final Path SAMPLES =
            Path.of("../../samples/models").toAbsolutePath().normalize();
    private static final String KEY = "bert.embeddings.word_embeddings.weight";
    private static final String TIES = """
            models: [{name: fiction, model: %1$s/bert-mini-fiction}, {name: reference, model: %1$s/bert-mini-reference}]
            body:
              merge: ties
              models:
                - {model: fiction, parameters: {weight: 0.7}}
                - {model: reference, parameters: {weight: 0.5}}
              base: %1$s/bert-mini
              parameters: {density: 0.6}
            combine: {method: weighted-sum, weights: [0.25, 0.75]}
            """.formatted(SAMPLES);

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void open() {
        folder = new MergeFolder(temp);
    }

    private static SafetensorsFile weights(Path directory) {
        return SafetensorsFile.open(directory.resolve("model.safetensors"));
    }

    private Path mergedAlone() {
        CheckpointPlan plan = CheckpointPlan.of(
                MergekitReader.parse(temp.resolve("alone.yaml"), """
                merge_method: ties
                base_model: %1$s/bert-mini
                models:
                  - {model: %1$s/bert-mini-fiction, parameters: {weight: 0.7}}
                  - {model: %1$s/bert-mini-reference, parameters: {weight: 0.5}}
                parameters: {density: 0.6}
                """.formatted(SAMPLES)), ModelLocation.standard());
        new CheckpointMerger(Progress.NONE).merge(plan, temp.resolve("alone"), Existing.REFUSE);
        return temp.resolve("alone");
    }

    @Test
    void body_isTheWeightMerge_withTheCombinedTable() throws IOException {
        Path out = folder.merge(TIES, "out");

        SafetensorsFile body = weights(mergedAlone());
        SafetensorsFile merged = weights(out);
        assertThat(merged.names()).containsExactlyInAnyOrderElementsOf(body.names());
        int same = 0;
        for (String name : body.names()) {
            same += merged.tensor(name).contentEquals(body.tensor(name)) ? 1 : 0;
        }
        assertThat(body.names().size() - same).as("the table alone is another").isEqualTo(1);
        float[] fiction = floats(weights(SAMPLES.resolve("bert-mini-fiction")).tensor(KEY));
        float[] reference =
                floats(weights(SAMPLES.resolve("bert-mini-reference")).tensor(KEY));
        float[] expected = new float[fiction.length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = 0.25f * fiction[i] + 0.75f * reference[i];
        }
        assertThat(MergeFolder.difference(floats(merged.tensor(KEY)), expected)).isLessThan(1e-3);
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .contains("model.onnx", "config.json", "tokenizer.json")
                    .doesNotContain(".body");
        }
    }

    @Test
    void graphs_asBody_computeWhatCheckpointsDo() throws IOException {
        for (String name : new String[] {"bert-mini", "bert-mini-fiction", "bert-mini-reference"}) {
            Path directory = folder.directory("graphs/" + name);
            CheckpointSource source = (CheckpointSource) ModelSource.open(SAMPLES.resolve(name));
            OnnxWriter.write(ModelExport.graph(source), directory.resolve("model.onnx"), WriteOptions.DEFAULT);
            for (String file : new String[] {"tokenizer.json", "config.json"}) {
                Files.copy(
                        SAMPLES.resolve(name).resolve(file),
                        directory.resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }

        Path graphs = folder.merge(TIES.replace(SAMPLES.toString(), temp + "/graphs"), "of-graphs");
        Path checkpoints = folder.merge(TIES, "of-checkpoints");

        MergeFolder.run(graphs.resolve("model.onnx"))
                .assertAre(MergeFolder.run(checkpoints.resolve("model.onnx")), 5e-3);
        assertThat(graphs.resolve("model.safetensors")).doesNotExist();
    }

    @Test
    void report_hasBothParts_andTheManifestAllModels() {
        MergeReport report = MergeFolder.merger().merge(folder.plan(TIES), temp.resolve("out"), Existing.REFUSE);

        assertThat(report.body()).isNotNull().satisfies(body -> {
            assertThat(body.method()).isEqualTo("ties");
            assertThat(body.models()).hasSize(3);
        });
        assertThat(report.parents()).extracting(MergeReport.Parent::name).containsExactly("fiction", "reference");
        assertThat(Manifest.find(temp.resolve("out")).orElseThrow().sources())
                .extracting(Manifest.Source::name)
                .containsExactly("fiction", "reference", SAMPLES + "/bert-mini");
        assertThat(MergeFolder.verify(temp.resolve("out")))
                .allSatisfy(check -> assertThat(check.outcome()).isEqualTo(OutputVerification.Check.Outcome.PASSED));
    }

    @Test
    void summary_hasBothParts_andWritesNothing() throws IOException {
        PlanSummary summary = PlanSummary.of(folder.plan(TIES));

        assertThat(summary.bodyMerge())
                .isNotNull()
                .satisfies(body -> assertThat(body.merges().getFirst().method()).isEqualTo("ties"));
        assertThat(summary.body()).isEqualTo("merged");
        assertThat(summary.result()).isEqualTo("FLOAT16 [6144, 192]");
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void models_leftOut_areAllOfTheRecipeButTheBase() {
        MergePlan plan = folder.plan("""
                models:
                  - {name: start, model: %1$s/bert-mini}
                  - {name: fiction, model: %1$s/bert-mini-fiction}
                  - {name: reference, model: %1$s/bert-mini-reference}
                body: {merge: task_arithmetic, base: start, parameters: {weight: 0.5}}
                combine: {method: average}
                """.formatted(SAMPLES));

        assertThat(PlanSummary.of(plan).bodyMerge()).isNotNull().satisfies(body -> {
            assertThat(body.merges().getFirst().base()).isEqualTo("start");
            assertThat(body.merges().getFirst().models())
                    .extracting(m -> m.name())
                    .containsExactly("start", "fiction", "reference");
        });
    }

    @Test
    void layersPutTogetherAnew_areABodyToo() {
        Path out = folder.merge("""
                models: [{name: fiction, model: %1$s/bert-mini-fiction}, {name: reference, model: %1$s/bert-mini-reference}]
                body:
                  merge: passthrough
                  slices:
                    - sources: [{model: fiction, layer-range: [0, 3]}]
                    - sources: [{model: reference, layer_range: [1, 4]}]
                combine: {method: average}
                """.formatted(SAMPLES), "out");

        assertThat(ModelSource.open(out)
                        .companions()
                        .config()
                        .orElseThrow()
                        .json()
                        .path("num_hidden_layers")
                        .intValue())
                .isEqualTo(6);
        assertThat(weights(out)
                        .tensor("bert.encoder.layer.3.output.dense.weight")
                        .contentEquals(weights(SAMPLES.resolve("bert-mini-reference"))
                                .tensor("bert.encoder.layer.1.output.dense.weight")))
                .isTrue();
    }

    @Test
    void mistakes_nameTheirPlace() {
        String start = "models: [{name: fiction, model: %1$s/bert-mini-fiction}]\ncombine: {method: average}\nbody: "
                .formatted(SAMPLES);

        assertThatThrownBy(() -> folder.plan(start + "{merge: tiess, models: [fiction]}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("recipe.yaml:3: body.merge")
                .hasMessageContaining("the nearest is ties");
        assertThatThrownBy(() -> folder.plan(start + "{merge: ties, models: [fiction]}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("base_model: is missing");
        assertThatThrownBy(() -> folder.plan(start + "{merge: linear, models: [fiction], parameters: {weigth: 1}}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("body.parameters.weigth: no parameter of linear");
        assertThatThrownBy(() -> folder.plan(start + "{merge: linear, models: [fiction], tokenizer-source: union}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("body.tokenizer-source: unknown key; known: merge, models, slices, base");
        assertThatThrownBy(() -> folder.plan(start + "{merge: linear, models: [other]}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("merges other, of which none is among the recipe's models (fiction)");
        assertThatThrownBy(() ->
                        folder.plan(start + "{merge: linear, models: [fiction, %s/roberta-mini]}".formatted(SAMPLES)))
                .isInstanceOf(IncompatibleException.class);
    }
}
