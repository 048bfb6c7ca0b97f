package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.floats;
import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.MergeFolder.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.encoder.ModelSessions;
import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New models of a configuration, around a merged table. */
class NewBodyMergeTest {

    private static final Path SAMPLES = Path.of("../../samples/models").toAbsolutePath();
    private static final String CONFIG = """
            {"model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": 6144, "hidden_size": %d,
             "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64, "max_position_embeddings": 32}
            """;
    private static final String RECIPE = """
            models:
              - {name: fiction, model: "%1$s/bert-mini-fiction"}
              - {name: reference, model: "%1$s/bert-mini-reference"}
            body: {init: random, config: new.json, seed: 7}
            combine: {method: concatenation}
            """.formatted(SAMPLES);

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void open() {
        folder = new MergeFolder(temp);
    }

    @Test
    void newModel_hasTheMergedTableAndDrawnWeights_inBothForms() throws IOException {
        Files.writeString(temp.resolve("new.json"), CONFIG.formatted(384));

        Path out = folder.merge(RECIPE, "out");

        TensorData inGraph = table(out.resolve("model.onnx")).data();
        assertThat(inGraph.shape()).containsExactly(6144L, 384L);
        SafetensorsFile written = SafetensorsFile.open(out.resolve("model.safetensors"));
        float[] rows = floats(written.tensor("bert.embeddings.word_embeddings.weight"));
        assertThat(difference(floats(inGraph), rows)).isZero();
        float[] left = floats(SafetensorsFile.open(SAMPLES.resolve("bert-mini-fiction/model.safetensors"))
                .tensor("bert.embeddings.word_embeddings.weight"));
        for (int i = 0; i < 192; i++) {
            assertThat(rows[1000 * 384 + i]).isEqualTo(left[1000 * 192 + i]);
        }
        assertThat(out.resolve("tokenizer.json")).exists();
        CheckpointSource checkpoint =
                (CheckpointSource) ModelSource.open(out, "bert.embeddings.word_embeddings.weight");
        OnnxWriter.write(
                ModelSessions.graph(checkpoint, Target.PORTABLE), temp.resolve("built.onnx"), WriteOptions.DEFAULT);
        assertThat(difference(
                        run(out.resolve("model.onnx")).get("logits"),
                        run(temp.resolve("built.onnx")).get("logits")))
                .isLessThan(1e-5);
        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
    }

    @Test
    void newModel_ofTheSameSeed_isTheSame() throws IOException {
        Files.writeString(temp.resolve("new.json"), CONFIG.formatted(384));

        assertThat(folder.merge(RECIPE, "one").resolve("model.onnx"))
                .hasSameBinaryContentAs(folder.merge(RECIPE, "two").resolve("model.onnx"));
    }

    @Test
    void configuration_ofAnotherWidth_isRefused() throws IOException {
        Files.writeString(temp.resolve("new.json"), CONFIG.formatted(192));

        assertThatThrownBy(() -> folder.merge(RECIPE, "out"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining(
                        "new.json: its embedding table is [6144, 192], but the merged one is [6144, 384]");
    }

    @Test
    void body_withoutASeed_isRefused() {
        assertThatThrownBy(() -> folder.merge(RECIPE.replace(", seed: 7", ""), "out"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("needs the key \"seed\"");
    }
}
