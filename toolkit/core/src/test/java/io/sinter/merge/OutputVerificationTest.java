package io.sinter.merge;

import static io.sinter.merge.OutputVerification.Check.Outcome.FAILED;
import static io.sinter.merge.OutputVerification.Check.Outcome.PASSED;
import static io.sinter.merge.OutputVerification.Check.Outcome.SKIPPED;
import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.RandomWeights;
import io.sinter.error.MissingException;
import io.sinter.merge.OutputVerification.Check;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.output.Manifest;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an output says of itself, whether it is always the same, and whether verification notices when it is not. */
class OutputVerificationTest {

    private static final String RECIPE = """
            models: [{name: a, model: a}, {name: b, model: b}]
            body: a
            combine: {method: mlp, init: random, seed: 3}
            """;

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("a", encoder(TinyModels.table(1)));
        folder.model("b", encoder(TinyModels.table(2)));
    }

    private static Check check(Path directory, String what) {
        return MergeFolder.verify(directory).stream()
                .filter(c -> c.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode: bake",
                "mode: live",
                "mode: bake\noutput: {dtype: float16, pooling: mean}",
                "mode: live\noutput: {external_data: true}"
            })
    void sameRecipe_twice_givesTheSameBytes(String rest) throws IOException {
        Path first = folder.merge(RECIPE + rest, "first");
        Path second = folder.merge(RECIPE + rest, "second");

        try (Stream<Path> files = Files.list(first)) {
            for (Path file : files.filter(f -> f.toString().contains("model.")).toList()) {
                assertThat(second.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
        assertThat(MergeFolder.verify(first)).extracting(Check::outcome).containsOnly(PASSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void sameStaticRecipe_twice_givesTheSameBytes(String mode) {
        String recipe = RECIPE.replace("body: a\n", "") + "mode: " + mode;
        Path first = folder.merge(recipe, "first");
        Path second = folder.merge(recipe, "second");

        assertThat(second.resolve("model.onnx")).hasSameBinaryContentAs(first.resolve("model.onnx"));
        assertThat(second.resolve("model.safetensors")).hasSameBinaryContentAs(first.resolve("model.safetensors"));
        assertThat(MergeFolder.verify(first)).extracting(Check::outcome).containsOnly(PASSED);
    }

    @Test
    void otherSeed_givesOtherBytes() throws IOException {
        Path first = folder.merge(RECIPE, "first");
        Path second = folder.merge(RECIPE.replace("seed: 3", "seed: 4"), "second");

        assertThat(Files.mismatch(first.resolve("model.onnx"), second.resolve("model.onnx")))
                .isNotEqualTo(-1);
    }

    @Test
    void manifest_hasTheDigestsOfEverySourceFile() throws IOException, NoSuchAlgorithmException {
        Manifest manifest = Manifest.find(folder.merge(RECIPE, "out")).orElseThrow();

        assertThat(manifest.sources()).extracting(Manifest.Source::name).containsExactly("a", "b");
        for (Manifest.Source source : manifest.sources()) {
            assertThat(source.files()).extracting(Manifest.SourceFile::file).contains("model.onnx", "tokenizer.json");
            for (Manifest.SourceFile file : source.files()) {
                byte[] bytes = Files.readAllBytes(Path.of(source.location()).resolve(file.file()));
                assertThat(file.bytes()).isEqualTo(bytes.length);
                assertThat(file.sha256())
                        .isEqualTo(HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
            }
        }
        assertThat(manifest.recipe()).isEqualTo(RECIPE);
        assertThat(manifest.notes()).anyMatch(n -> n.contains("untrained"));
    }

    @Test
    void sourceWithSentenceTransformersFiles_isComparedFileByFile() throws IOException {
        folder.merge(RECIPE + "output: {pooling: mean}", "first");
        assertThat(temp.resolve("first/1_Pooling/config.json")).exists();
        Files.writeString(temp.resolve("first/config.json"), "{\"vocab_size\": 211, \"hidden_size\": 8}");

        Path second = folder.merge("""
                models: [{name: first, model: first}, {name: b, model: b}]
                body: first
                combine: {method: average}
                """, "second");

        assertThat(check(second, "baked = live")).extracting(Check::outcome).isEqualTo(PASSED);
    }

    @Test
    void graphInAFolderNamedOnnx_isFoundAgain() throws IOException {
        Path nested = Files.createDirectories(temp.resolve("a/onnx"));
        Files.move(temp.resolve("a/model.onnx"), nested.resolve("model.onnx"));
        String bare = RECIPE.replace("model: a}", "model: a/onnx/model.onnx}");

        assertThat(check(folder.merge(RECIPE, "directory"), "baked = live").outcome())
                .isEqualTo(PASSED);
        assertThat(check(folder.merge(bare, "bare"), "baked = live").outcome()).isEqualTo(PASSED);
    }

    @Test
    void changedSource_isNotComparedAndNamed() throws IOException {
        Path out = folder.merge(RECIPE, "out");
        folder.model("b", encoder(TinyModels.table(5)));

        Check check = check(out, "baked = live");
        assertThat(check.outcome()).isEqualTo(SKIPPED);
        assertThat(check.detail()).contains("model.onnx is not what was merged");

        Files.delete(temp.resolve("b/model.onnx"));
        assertThat(check(out, "baked = live").detail()).contains("model.onnx is not there any more");
    }

    @Test
    void changedWeights_areNoticed() {
        Path out = folder.merge(RECIPE, "out");
        Path file = out.resolve("model.onnx");
        Model model = OnnxReader.read(file);
        Value dense = Objects.requireNonNull(model.graph().value("dense"));
        model.graph().setInitializer(dense, TinyModels.table(9, TinyModels.WIDTH, TinyModels.WIDTH));
        OnnxWriter.write(model, file, WriteOptions.DEFAULT);

        assertThat(check(out, "baked = live").outcome()).isEqualTo(FAILED);
        assertThat(check(out, "baked = live").detail()).contains("outputs differ by");
    }

    @Test
    void cutGraph_isNoticed() throws IOException {
        Path out = folder.merge(RECIPE, "out");
        Path file = out.resolve("model.onnx");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThat(check(out, "graph").outcome()).isEqualTo(FAILED);
        assertThat(check(out, "run").outcome()).isEqualTo(FAILED);
    }

    @Test
    void directoryOfAnotherOrigin_isRefused() {
        assertThatThrownBy(() -> MergeFolder.verify(temp.resolve("a")))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("no sinter.json");
    }

    @Test
    void checkpointBody_afterAModelWithOtherIds_verifies() throws IOException {
        Path directory = folder.directory("c");
        TensorData table = TinyModels.table(6);
        Path config = directory.resolve("config.json");
        Files.writeString(config, """
                {"model_type": "bert", "vocab_size": 211, "hidden_size": 8, "num_hidden_layers": 1,
                 "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 64}
                """);
        RandomWeights weights = new RandomWeights(1, 0.2, Head.NONE);
        EncoderGraph.build(ModelConfig.read(config), weights, BuildOptions.PORTABLE);
        Map<String, TensorData> tensors = new HashMap<>(weights.tensors());
        tensors.put("embeddings.word_embeddings.weight", table);
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        MergeFolder.renumberTokens(directory, id -> id < 5 ? id : 5 + (id + 40) % 206);

        Path out = folder.merge("""
                models: [{name: a, model: a}, {name: c, model: c}]
                body: c
                combine: {method: average}
                """, "out");

        assertThat(MergeFolder.verify(out)).extracting(Check::outcome).containsOnly(PASSED);
    }
}
