package io.sinter.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.error.VerificationException;
import io.sinter.merge.OutputVerification;
import io.sinter.merge.OutputVerification.Check;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.onnx.pass.precision.EmbeddingFormat;
import io.sinter.onnx.pass.precision.Skip;
import io.sinter.output.Manifest;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.quality.OutputQuality;
import io.sinter.quality.QualityGate;
import io.sinter.quality.SampleTexts;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelOptimizationTest {

    @TempDir
    Path folder;

    private static ModelOptimization gated(double minCosine) {
        return new ModelOptimization(
                new OrtRuntime(),
                SessionOptions.DEFAULT,
                new GateSettings(new QualityGate(minCosine), SampleTexts.builtIn()),
                WriteOptions.DEFAULT);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PORTABLE, FLOAT32, 1e-6",
        "PORTABLE, FLOAT16, 2e-2",
        "PORTABLE, BFLOAT16, 1e-1",
        "CPU, FLOAT16, 2e-2",
        "CPU, BFLOAT16, 1e-1",
        "CUDA, FLOAT16, 2e-2",
        "CUDA, BFLOAT16, 1e-1"
    })
    void halves_stayWithinTheirBounds(Target target, Precision dtype, double bound) throws IOException {
        GraphSource source = SmallEncoder.write(folder);

        OptimizeResult result =
                gated(0.99).preview(source, OptimizeOptions.of(target).withDtype(dtype));

        OutputQuality output = result.quality().outputs().getFirst();
        double largestElement = 8 * Math.sqrt(SmallEncoder.WIDTH);
        assertThat(output.largestDifference()).isLessThanOrEqualTo(bound * largestElement / 10);
        assertThat(result.bytesAfter()).isLessThan(result.bytesBefore() * (dtype == Precision.FLOAT32 ? 2 : 1));
        assertThat(result.quality().samples())
                .isEqualTo("random token ids, as the model has no tokenizer, below 100, seed 20261123");
    }

    @Test
    void write_int8WithInt8Rows_writesADirectoryThatVerifies() throws IOException {
        GraphSource source = SmallEncoder.write(folder);
        OptimizeOptions options =
                OptimizeOptions.of(Target.PORTABLE).withDtype(Precision.INT8).withEmbedding(EmbeddingFormat.INT8);

        OptimizeResult result = gated(0.99).write(source, options, folder.resolve("small"), Existing.REFUSE);

        assertThat(result.files().keySet())
                .containsExactlyInAnyOrder("README.md", "config.json", "model.onnx", "sinter.json");
        assertThat(result.bytesAfter()).isLessThan(result.bytesBefore() / 2);
        Manifest manifest = Manifest.find(folder.resolve("small")).orElseThrow();
        Manifest.Optimization optimization = Objects.requireNonNull(manifest.optimization());
        assertThat(optimization.dtype()).isEqualTo("int8");
        assertThat(optimization.embedding()).isEqualTo("int8");
        assertThat(optimization.quality()).isEqualTo(result.quality());
        assertThat(new OutputVerification(new OrtRuntime(), SessionOptions.DEFAULT).run(folder.resolve("small")))
                .extracting(Check::outcome)
                .doesNotContain(Check.Outcome.FAILED);
        assertThat(((GraphSource) ModelSource.open(folder.resolve("small")))
                        .table()
                        .rows())
                .isEqualTo(SmallEncoder.ROWS);
    }

    @Test
    void write_belowTheBound_isRefusedAndLeavesNothing() throws IOException {
        GraphSource source = SmallEncoder.write(folder);
        OptimizeOptions options = OptimizeOptions.of(Target.PORTABLE).withDtype(Precision.INT8);

        assertThatThrownBy(() -> gated(0.999999).write(source, options, folder.resolve("small"), Existing.REFUSE))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("output \"last_hidden_state\": mean cosine 0.99")
                .hasMessageContaining("expected a mean cosine of 0.999999 or more")
                .hasMessageContaining("(skip)");
        assertThat(left()).containsExactly("encoder");
    }

    @Test
    void skippedLayers_bringTheModelThroughTheGate() throws IOException {
        GraphSource source = SmallEncoder.write(folder);
        OptimizeOptions options = OptimizeOptions.of(Target.PORTABLE)
                .withDtype(Precision.INT8)
                .withSkip(new Skip(List.of("layer.?.weight")));

        assertThat(gated(0.999999).preview(source, options).kept()).hasSize(2);
    }

    @Test
    void skip_thatNamesNothing_isRefused() throws IOException {
        GraphSource source = SmallEncoder.write(folder);
        OptimizeOptions options = OptimizeOptions.of(Target.PORTABLE).withSkip(new Skip(List.of("layer.9.*")));

        assertThatThrownBy(() -> gated(0.99).preview(source, options))
                .isInstanceOf(MissingException.class)
                .hasMessageStartingWith("skip: \"layer.9.*\": no node, weight or value of the fused graph");
    }

    @Test
    void embeddingInt4_onPortable_isRefusedWithWhatWorks() {
        assertThatThrownBy(() -> OptimizeOptions.of(Target.PORTABLE).withEmbedding(EmbeddingFormat.INT4))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("use int8 rows, or target cpu or cuda");
    }

    @Test
    void int8_onCuda_isRefusedWithWhatWorks() {
        assertThatThrownBy(() -> OptimizeOptions.of(Target.CUDA).withDtype(Precision.INT8))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("use float16 for cuda, or int8 for cpu");
    }

    @Test
    void embeddingInt4_onCpu_looksUpInFourBits() throws IOException {
        GraphSource source = SmallEncoder.write(folder);

        OptimizeResult result = gated(0.9)
                .write(
                        source,
                        OptimizeOptions.of(Target.CPU).withEmbedding(EmbeddingFormat.INT4),
                        folder.resolve("small"),
                        Existing.REFUSE);

        assertThat(result.converted()).hasSize(1);
        assertThat(((GraphSource) ModelSource.open(folder.resolve("small")))
                        .table()
                        .rows())
                .isEqualTo(SmallEncoder.ROWS);
    }
}
