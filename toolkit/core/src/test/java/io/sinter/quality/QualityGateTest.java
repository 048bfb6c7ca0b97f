package io.sinter.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.MissingException;
import io.sinter.error.VerificationException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityGateTest {

    private static final OrtRuntime RUNTIME = new OrtRuntime();

    /** Looks up rows of a table {@code [3, 2]}. */
    private static Session lookup(float... table) {
        Graph graph = new Graph("lookup");
        TensorType ints = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value ids = graph.addInput("input_ids", ints);
        graph.addInput("attention_mask", ints);
        Ops ops = new Ops(graph, 17);
        Value found = ops.gather(ops.constant("table", TensorData.of(List.of(3L, 2L), table)), ids, 0);
        graph.rename(found, "y");
        graph.addOutput(found);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return RUNTIME.open(model, SessionOptions.DEFAULT);
    }

    /** Tokens 0 and 1, and token 2 under padding. */
    private static Samples samples() {
        return new Samples(
                "a test",
                List.of(Map.of(
                        "input_ids", TensorData.of(List.of(1L, 3L), 0, 1, 2),
                        "attention_mask", TensorData.of(List.of(1L, 3L), 1, 1, 0))));
    }

    private static QualityReport measure(float... table) {
        try (Session full = lookup(1, 0, 0, 1, 1, 1);
                Session reduced = lookup(table)) {
            return new QualityGate(0.99).measure(full, reduced, samples());
        }
    }

    @Test
    void measure_countsTokensAndNotPadding() {
        OutputQuality output = measure(1, 0, 0, 1, -50, 3).outputs().getFirst();

        assertThat(output).isEqualTo(new OutputQuality("y", 2, 1, 1, 0));
    }

    @Test
    void measure_givesMeanAndLeastCosineAndTheLargestDifference() {
        OutputQuality output = measure(1, 0, 1, 1, 1, 1).outputs().getFirst();

        assertThat(output.meanCosine()).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-9));
        assertThat(output.leastCosine()).isCloseTo(Math.sqrt(0.5), within(1e-9));
        assertThat(output.largestDifference()).isEqualTo(1);
    }

    @Test
    void require_belowTheBound_saysTheNumbersAndWhatToDo() {
        QualityReport report = measure(1, 0, 1, 1, 1, 1);

        assertThat(report.passed()).isFalse();
        assertThatThrownBy(() -> new QualityGate(0.99).require("model", report))
                .isInstanceOf(VerificationException.class)
                .hasMessage(
                        "model: too far from the full model on a test: output \"y\": mean cosine 0.8536, least 0.7071, largest difference 1.00; expected a mean cosine of 0.99 or more. Keep some weights in float32 (skip), choose another dtype, or ask for less (min cosine). Nothing was written");
    }

    /** What is not a number is never near enough. */
    @Test
    void require_notANumber_isRefused() {
        QualityReport report = measure(Float.NaN, 0, 0, 1, 1, 1);

        assertThatThrownBy(() -> new QualityGate(-1).require("model", report))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("mean cosine NaN");
    }

    @Test
    void zerosBesideZeros_areEqual() {
        try (Session full = lookup(0, 0, 0, 1, 1, 1);
                Session reduced = lookup(0, 0, 0, 1, 1, 1)) {
            assertThat(new QualityGate(0.99).measure(full, reduced, samples()).passed())
                    .isTrue();
        }
    }

    @Test
    void samples_ofAFile_areItsLines(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("texts.txt"), "one\n\n two three \n");
        Path empty = Files.writeString(folder.resolve("empty.txt"), "\n\n");

        assertThat(SampleTexts.read(file).texts()).containsExactly("one", " two three ");
        assertThat(SampleTexts.builtIn().texts()).hasSize(48);
        assertThatThrownBy(() -> SampleTexts.read(empty))
                .isInstanceOf(MissingException.class)
                .hasMessage(empty + ": no texts: expected one a line");
    }

    @Test
    void images_areNoiseOfTheExtentsThatTheGraphLeavesOpen() {
        TensorType pixels = new TensorType(DType.FLOAT, Shape.of(Dim.of("batch"), Dim.of(3), Dim.of("h"), Dim.of("w")));
        Map<String, TensorData> inputs = new RandomInputs("input_ids", 10, 32, 1)
                .of(List.of(new io.sinter.runtime.Port("pixel_values", pixels)));

        assertThat(inputs.get("pixel_values"))
                .satisfies(image -> assertThat(image.describe()).isEqualTo("FLOAT [4, 3, 32, 32]"));
    }
}
