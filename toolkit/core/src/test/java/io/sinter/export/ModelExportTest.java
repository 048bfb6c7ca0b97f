package io.sinter.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.Head;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.error.VerificationException;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.Precision;
import io.sinter.output.Manifest;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.quality.QualityGate;
import io.sinter.quality.SampleTexts;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ModelExportTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");
    private static final ModelExport EXPORT =
            new ModelExport(new OrtRuntime(), SessionOptions.DEFAULT, WriteOptions.DEFAULT);

    @TempDir
    Path temp;

    private static CheckpointSource golden(String name) {
        return (CheckpointSource) ModelSource.open(GOLDEN.resolve(name));
    }

    private static ExportOptions options(Target target, Precision dtype, SentenceOutput sentence) {
        return new ExportOptions(
                BuildOptions.PORTABLE, sentence, OptimizeOptions.of(target).withDtype(dtype), Map.of(), null);
    }

    private static ExportOptions declared() {
        return options(Target.PORTABLE, Precision.FLOAT32, new SentenceOutput.AsDeclared(null));
    }

    private ExportResult write(String name, ExportOptions options) {
        return EXPORT.write(golden(name), options, temp.resolve("out"), Existing.REFUSE);
    }

    private TensorData run(String name, String output) {
        SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"));
        try (Session session = new OrtRuntime().open(temp.resolve("out/model.onnx"), SessionOptions.DEFAULT)) {
            Map<String, TensorData> inputs = new LinkedHashMap<>();
            session.inputs().forEach(p -> inputs.put(p.name(), golden.tensor(p.name())));
            return session.run(inputs, output);
        }
    }

    private static double difference(TensorData a, TensorData b) {
        assertThat(a.shape()).isEqualTo(b.shape());
        float[] x = a.toFloatArray();
        float[] y = b.toFloatArray();
        double largest = 0;
        for (int i = 0; i < x.length; i++) {
            largest = Math.max(largest, Math.abs(x[i] - y[i]));
        }
        return largest;
    }

    private static TensorData recorded(String name, String output) {
        return SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"))
                .tensor(output);
    }

    @Test
    void directory_holdsEverythingBesideTheGraph() throws IOException {
        ExportResult result = write("bert_st_mean", declared());

        assertThat(result.files().keySet())
                .contains(
                        "model.onnx",
                        "config.json",
                        "tokenizer.json",
                        "modules.json",
                        "1_Pooling/config.json",
                        "README.md",
                        "sinter.json");
        assertThat(result.inputs())
                .extracting(i -> i.substring(0, i.indexOf(':')))
                .containsExactly("input_ids", "attention_mask", "token_type_ids");
        assertThat(difference(
                        run("bert_st_mean", "sentence_embedding"), recorded("bert_st_mean", "pooled.mean_normalized")))
                .isLessThan(1e-5);
        Manifest manifest = Manifest.find(temp.resolve("out")).orElseThrow();
        assertThat(manifest.result().pooling()).isEqualTo("mean");
        assertThat(manifest.sources().getFirst().files())
                .anySatisfy(f -> assertThat(f.file()).isEqualTo("model.safetensors"));
        assertThat(ModelSource.open(temp.resolve("out")).companions().sentenceTransformers())
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "PORTABLE, FLOAT16, 2e-2",
        "CPU, FLOAT16, 2e-2",
        "CUDA, FLOAT16, 2e-2",
        "PORTABLE, BFLOAT16, 1e-1",
        "CPU, BFLOAT16, 1e-1"
    })
    void halves_stayWithinTheirBounds(Target target, Precision dtype, double bound) {
        write("bert_base", options(target, dtype, new SentenceOutput.None()));

        assertThat(difference(run("bert_base", "last_hidden_state"), recorded("bert_base", "last_hidden_state")))
                .isLessThan(bound * 3);
    }

    @Test
    void pooling_dimensionsHeadAndNames_areAsAsked() throws IOException {
        ExportOptions options = new ExportOptions(
                BuildOptions.PORTABLE.withHead(Head.NONE),
                new SentenceOutput.Pooled(Pooling.CLS, Normalization.NONE, 8L),
                OptimizeOptions.of(Target.CPU),
                Map.of("sentence_embedding", "embedding"),
                null);

        ExportResult result = write("bert_mlm_tied", options);

        assertThat(result.leftOut()).contains("cls.predictions.bias");
        TensorData vectors = run("bert_mlm_tied", "embedding");
        TensorData states = recorded("bert_mlm_tied", "last_hidden_state");
        assertThat(vectors.shape()).containsExactly(states.dim(0), 8L);
        for (int b = 0; b < states.dim(0); b++) {
            for (int i = 0; i < 8; i++) {
                float expected = states.toFloatArray()[(int) (b * states.dim(1) * states.dim(2)) + i];
                assertThat(vectors.toFloatArray()[b * 8 + i]).isCloseTo(expected, within(1e-4f));
            }
        }
        assertThat(Files.readString(temp.resolve("out/1_Pooling/config.json")))
                .contains("\"pooling_mode_cls_token\" : true");
    }

    @Test
    void gate_thatRefuses_leavesNothing() {
        ExportOptions options = new ExportOptions(
                BuildOptions.PORTABLE,
                new SentenceOutput.None(),
                OptimizeOptions.of(Target.CPU).withDtype(Precision.INT8),
                Map.of(),
                new GateSettings(new QualityGate(1), SampleTexts.builtIn()));

        assertThatThrownBy(() -> write("bert_base", options)).isInstanceOf(VerificationException.class);
        assertThat(temp).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hidden_size | null | config.json: no \"hidden_size\": expected a whole number above 0",
                "hidden_size | 48 | got F",
                "hidden_act | \"softsign\" | hidden_act: got \"softsign\", expected gelu",
                "num_attention_heads | 5 | hidden_size 36 is no multiple of num_attention_heads 5",
                "num_attention_heads | \"three\" | num_attention_heads: got \"three\", expected a whole number above 0",
                "layer_norm_eps | true | layer_norm_eps: got true, expected a number",
                "position_embedding_type | \"relative_key\" | position_embedding_type: got \"relative_key\", expected absolute",
                "is_decoder | true | is_decoder: got true, expected false",
                "model_type | \"bart\" | model_type: got \"bart\", expected one of albert, bert",
                "model_type | null | no \"model_type\": expected one of albert, bert",
                "architectures | [\"BertForQuestionAnswering\"] | architectures: got BertForQuestionAnswering, expected a name that ends in Model",
                "num_hidden_layers | 3 | encoder.layer.2.attention.self.query.weight",
                "vocab_size | 212 | tensor \"embeddings.word_embeddings.weight\": got"
            })
    void configuration_thatDoesNotFit_isNamedAndLeavesNothing(String key, String value, String message)
            throws IOException {
        Path folder = changed(key, value);

        assertThatThrownBy(() -> EXPORT.write(
                        (CheckpointSource) ModelSource.open(folder), declared(), temp.resolve("out"), Existing.REFUSE))
                .isInstanceOf(SinterException.class)
                .hasMessageContaining(message);
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left).containsExactly(folder);
        }
    }

    @Test
    void halfADownload_isRefused() throws IOException {
        Path folder = changed("vocab_size", "211");
        byte[] weights = Files.readAllBytes(folder.resolve("model.safetensors"));
        Files.write(folder.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));

        assertThatThrownBy(() -> ModelSource.open(folder))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("model.safetensors");
    }

    @Test
    void shard_thatIsMissing_isNamed() throws IOException {
        Path folder = temp.resolve("sharded");
        copy(GOLDEN.resolve("bert_relu_sharded"), folder);
        Files.delete(folder.resolve("model-00002-of-00003.safetensors"));

        assertThatThrownBy(() -> ModelSource.open(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("model-00002-of-00003.safetensors");
    }

    @Test
    void dimensions_beyondTheVector_areRefused() {
        assertThatThrownBy(() -> write(
                        "bert_st_mean",
                        options(Target.PORTABLE, Precision.FLOAT32, new SentenceOutput.AsDeclared(29L))))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("dimensions: got 29, expected 1 to 28, the width of a sentence vector");
        assertThat(temp).isEmptyDirectory();
    }

    /** bert_base with one key of its configuration changed; null removes it. */
    private Path changed(String key, String value) throws IOException {
        Path folder = temp.resolve("model");
        copy(GOLDEN.resolve("bert_base"), folder);
        JsonMapper mapper = new JsonMapper();
        ObjectNode config = (ObjectNode) mapper.readTree(Files.readString(folder.resolve("config.json")));
        if (value.equals("null")) {
            config.remove(key);
        } else {
            config.set(key, mapper.readTree(value));
        }
        Files.writeString(folder.resolve("config.json"), config.toString());
        return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
