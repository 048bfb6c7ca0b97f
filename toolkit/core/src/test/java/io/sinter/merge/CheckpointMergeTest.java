package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.floats;
import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.MergeFolder.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.ModelSessions;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checkpoints in safetensors, and bare tables. */
class CheckpointMergeTest {

    private static final Path SAMPLES = Path.of("../../samples/models").toAbsolutePath();
    private static final String KEY = "bert.embeddings.word_embeddings.weight";
    private static final String RECIPE = """
            models:
              - {name: fiction, model: "%1$s/bert-mini-fiction"}
              - {name: reference, model: "%1$s/bert-mini-reference"}
            body: reference
            combine: {method: weighted-sum, weights: [0.25, 0.75]}
            """.formatted(SAMPLES);

    private static final String TWO =
            "models: [{name: a, model: a}, {name: b, model: b}]\nbody: a\ncombine: {method: average}\n";

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

    @Test
    void checkpoint_keepsNamesTypesAndAllButTheTable() {
        Path out = folder.merge(RECIPE, "out");

        SafetensorsFile body = weights(SAMPLES.resolve("bert-mini-reference"));
        SafetensorsFile merged = weights(out);
        assertThat(merged.names()).containsExactlyInAnyOrderElementsOf(body.names());
        List<String> tied = ((CheckpointSource) ModelSource.open(SAMPLES.resolve("bert-mini-reference")))
                .keys()
                .tied();
        for (String name : body.names()) {
            TensorData before = body.tensor(name);
            TensorData after = merged.tensor(name);
            assertThat(after.describe()).as(name).isEqualTo(before.describe());
            boolean replaced = name.equals(KEY) || tied.contains(name);
            assertThat(after.contentEquals(before)).as(name).isEqualTo(!replaced);
            assertThat(!replaced || after.contentEquals(merged.tensor(KEY)))
                    .as(name)
                    .isTrue();
        }
        assertThat(merged.metadata()).containsEntry("format", "pt");
    }

    @Test
    void checkpoint_rowsAreByTheFormula_toHalfAUnitOfFloat16() {
        float[] got = floats(weights(folder.merge(RECIPE, "out")).tensor(KEY));

        float[] fiction = floats(weights(SAMPLES.resolve("bert-mini-fiction")).tensor(KEY));
        float[] reference =
                floats(weights(SAMPLES.resolve("bert-mini-reference")).tensor(KEY));
        for (int i = 0; i < got.length; i++) {
            double expected = 0.25 * fiction[i] + 0.75 * reference[i];
            double halfAUnit = Math.max(Math.abs(expected) * 0x1p-11, 0x1p-25);
            assertThat((double) got[i]).isCloseTo(expected, within(halfAUnit * 1.001));
        }
    }

    @Test
    void checkpoint_comesWithItsConfigTokenizerAndGraph() throws IOException {
        Path out = folder.merge(RECIPE, "out");

        Path body = SAMPLES.resolve("bert-mini-reference");
        JsonMapper json = new JsonMapper();
        JsonNode before = json.readTree(Files.readString(body.resolve("config.json")));
        assertThat(json.readTree(Files.readString(out.resolve("config.json")))).isEqualTo(before);
        assertThat(out.resolve("tokenizer.json")).hasSameBinaryContentAs(body.resolve("tokenizer.json"));
        assertThat(out.resolve("tokenizer_config.json")).hasSameBinaryContentAs(body.resolve("tokenizer_config.json"));
        float[] inGraph = floats(table(out.resolve("model.onnx")).data());
        assertThat(difference(inGraph, floats(weights(out).tensor(KEY)))).isZero();
        assertThat(run(out.resolve("model.onnx")).names()).containsExactly("logits", "last_hidden_state");
        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
    }

    /** The output projection is tied to the table: it has to be the merged one, too. */
    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void checkpointsGraph_computesWhatTheMergedCheckpointDoes(String mode) {
        Path out = folder.merge(RECIPE + "mode: " + mode + "\noutput: {dtype: float32}", "out");
        Path checkpoint = folder.merge(RECIPE + "output: {dtype: float32}", "checkpoint");
        Model built = ModelSessions.graph((CheckpointSource) ModelSource.open(checkpoint, KEY), Target.PORTABLE);
        OnnxWriter.write(built, temp.resolve("built.onnx"), WriteOptions.DEFAULT);

        float[] expected = run(temp.resolve("built.onnx")).get("logits");
        assertThat(difference(run(out.resolve("model.onnx")).get("logits"), expected))
                .isLessThan(1e-4);
    }

    @Test
    void checkpoint_ofAnUnknownFamily_isRefusedBeforeAnythingIsWritten() throws IOException {
        Path odd = temp.resolve("odd");
        Files.createDirectories(odd);
        SafetensorsWriter.write(
                odd.resolve("model.safetensors"),
                Map.of("embeddings.word_embeddings.weight", TinyModels.table(1)),
                Map.of());
        Files.writeString(odd.resolve("config.json"), "{\"model_type\": \"oddbert\"}");

        assertThatThrownBy(() -> folder.merge(
                        "models: [{name: a, model: odd}, {name: b, model: odd}]\nbody: a\ncombine: {method: average}",
                        "out"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("model_type: got \"oddbert\", expected one of ")
                .hasMessageContaining("bert");
        assertThat(temp.resolve("out")).doesNotExist();
    }

    @Test
    void checkpoint_mergedAgain_isASource() {
        folder.merge(RECIPE, "first");

        Path second = folder.merge("""
                models: [{name: first, model: first}, {name: f, model: "%s/bert-mini-fiction"}]
                body: first
                combine: {method: weighted-sum, weights: [1, 0]}
                """.formatted(SAMPLES), "second");

        assertThat(second.resolve("model.safetensors"))
                .hasSameBinaryContentAs(temp.resolve("first").resolve("model.safetensors"));
    }

    @ParameterizedTest
    @CsvSource({"'', FLOAT16", "'output: {dtype: float32}', FLOAT"})
    void checkpointBesideItsGraph_getsTheMergedTableInItsOwnType(String rest, DType stored) throws IOException {
        graphWithCheckpoint();

        Path out = folder.merge(TWO + rest, "out");

        float[] expected = table(out.resolve("model.onnx")).data().toFloatArray();
        TensorData written = weights(out).tensor("embeddings.word_embeddings.weight");
        assertThat(written.dtype()).isEqualTo(stored);
        // Halves of multiples of 1/64 are exact in float16.
        assertThat(floats(written)).containsExactly(expected);
        assertThat(weights(out).tensor("dense.weight").dtype()).isEqualTo(DType.FLOAT16);
    }

    @Test
    void liveMerge_writesNoCheckpoint_asNoneHoldsTheCombination() throws IOException {
        graphWithCheckpoint();

        assertThat(folder.merge(TWO + "mode: live", "out").resolve("model.safetensors"))
                .doesNotExist();
    }

    /** A model whose graph is float32 and whose checkpoint is float16, and another. */
    private void graphWithCheckpoint() throws IOException {
        TensorData table = TinyModels.table(1);
        Path directory = folder.model("a", TinyModels.encoder(table));
        TensorData half = TinyModels.float16(table);
        SafetensorsWriter.write(
                directory.resolve("model.safetensors"),
                Map.of("embeddings.word_embeddings.weight", half, "dense.weight", half.rows(0, 8)),
                Map.of("format", "pt"));
        Files.writeString(directory.resolve("config.json"), "{\"vocab_size\": 211, \"hidden_size\": 8}");
        folder.model("b", TinyModels.encoder(TinyModels.table(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void bareTables_mergedAlone_makeATableAndAStaticModel(String mode) {
        TensorData one = TinyModels.table(1);
        TensorData two = TinyModels.table(2);
        SafetensorsWriter.write(
                temp.resolve("tables.safetensors"), Map.of("emb1", one, "emb2", two, "bias", two), Map.of());

        Path out = folder.merge("""
                models:
                  - {name: one, model: tables.safetensors, tensor: emb1}
                  - {name: two, model: tables.safetensors, tensor: emb2}
                combine: {method: weighted-sum, weights: [0.75, 0.25]}
                mode: %s
                """.formatted(mode), "out");

        float[] expected = one.toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = 0.75f * expected[i] + 0.25f * two.toFloatArray()[i];
        }
        TensorData written = weights(out).tensor("embedding.weight");
        assertThat(written.dtype()).isEqualTo(DType.FLOAT);
        assertThat(difference(written.toFloatArray(), expected)).isLessThan(1e-7);
        float[] tokens = run(out.resolve("model.onnx")).get("token_embeddings");
        long[] ids = MergeFolder.ids(TinyModels.ROWS);
        for (int i = 0; i < tokens.length; i++) {
            int at = (int) ids[i / TinyModels.WIDTH] * TinyModels.WIDTH + i % TinyModels.WIDTH;
            assertThat(tokens[i]).isCloseTo(expected[at], within(1e-6f));
        }
        assertThat(out.resolve("tokenizer.json")).doesNotExist();
        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
    }
}
