package io.sinter.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.inference.Classifier;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.merge.OutputVerification.Check;
import io.sinter.merge.OutputVerification.Check.Outcome;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.output.Manifest;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written with a graph of several encoders, and how it is checked. */
class EnsembleChecksTest {

    private static final String RECIPE = """
            models:
              - {name: a, model: a, pooling: mean}
              - {name: b, model: b, pooling: mean}
            combine: {level: sentence, method: concatenation}
            """;

    @TempDir
    Path temp;

    private EnsembleFolder folder;

    @BeforeEach
    void models() {
        folder = new EnsembleFolder(temp);
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "roberta_base");
    }

    private List<Check> checks() {
        Path out = temp.resolve("out");
        return new EnsembleChecks(EnsembleFolder.RUNTIME, EnsembleFolder.ONE_THREAD)
                .run(out, Manifest.find(out).orElseThrow());
    }

    @Test
    void output_asWritten_passes() {
        folder.merge(RECIPE, "out");

        assertThat(checks()).hasSize(3).allMatch(check -> check.outcome() == Outcome.PASSED);
    }

    @Test
    void graph_withAChangedWeight_fails() {
        folder.merge(RECIPE, "out");
        Model model = folder.graph("out");
        Value dense = model.graph().initializers().stream()
                .filter(v -> v.name().equals("b/dense"))
                .findFirst()
                .orElseThrow();
        float[] values = new float[64];
        model.graph().setInitializer(dense, TensorData.of(List.of(8L, 8L), values));
        OnnxWriter.write(model, temp.resolve("out/model.onnx"), WriteOptions.DEFAULT);

        assertThat(checks().getLast().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void source_thatChanged_isNotCompared() throws Exception {
        folder.merge(RECIPE, "out");
        Files.writeString(temp.resolve("a/tokenizer.json"), "{}");

        assertThat(checks().getLast().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(checks().getLast().detail()).contains("a/tokenizer.json is not what was merged");
    }

    @Test
    void classifier_onTop_givesLogitsOfItsWeights() {
        float[] weight = new float[2 * 16];
        weight[0] = 1;
        weight[16 + 3] = -2;
        SafetensorsWriter.write(
                temp.resolve("head.safetensors"),
                Map.of(
                        "head.weight", TensorData.of(List.of(2L, 16L), weight),
                        "head.bias", TensorData.of(List.of(2L), 0.5f, -0.25f)),
                Map.of());
        folder.merge(
                RECIPE
                        + "output: {normalize: true, classifier: {parameters: head.safetensors, prefix: head., labels: [no, yes]}}\n",
                "out");

        List<String> texts = EnsembleFolder.TEXTS;
        TensorData vectors = folder.embed("out", EmbedderOptions.DEFAULT, texts);
        LogitsOptions options = LogitsOptions.DEFAULT;
        try (Classifier classifier =
                Classifier.open(EnsembleFolder.RUNTIME, ModelSource.open(temp.resolve("out")), options)) {
            List<List<Classifier.Score>> scores = classifier.classify(texts);
            for (int i = 0; i < texts.size(); i++) {
                float[] x = vectors.rows(i, i + 1).toFloatArray();
                double no = x[0] + 0.5;
                double yes = -2 * x[3] - 0.25;
                double probability = 1 / (1 + Math.exp(no - yes));
                double got = scores.get(i).stream()
                        .filter(s -> s.label().equals("yes"))
                        .findFirst()
                        .orElseThrow()
                        .score();
                assertThat(got).isCloseTo(probability, within(1e-5));
            }
        }
    }
}
