package io.sinter.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.pass.fuse.FusionReport;
import io.sinter.onnx.pass.fuse.Fusions;
import io.sinter.onnx.pass.fuse.Structure;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real models, traces of opset 11 and 14, fused: every attention, norm and GELU, and outputs within 1e-4. */
@Tag("slow")
class FusedModelsTest {

    private static final OrtRuntime RUNTIME = new OrtRuntime();
    private static final long SEED = 23;
    private static final int SEQUENCE = 14;

    /** No padding, padding at the right, at the left, in the middle, and nothing but padding. */
    private static final String[] MASKS = {
        "11111111111111", "11111110000000", "00000111111111", "11001110110001", "00000000000000"
    };

    @ParameterizedTest
    @CsvSource({
        "bge-small-en-v1.5, 12, 88",
        "e5-small-v2, 12, 88",
        "all-MiniLM-L6-v2, 6, 49",
        "bge-small-zh-v1.5, 4, 32"
    })
    void realModel_fused_computesTheSameWithAllAttentions(String name, int layers, int nodes) {
        Path file = Path.of(System.getProperty("sinter.cache"), "models", name, "model.onnx");
        Model model = OnnxReader.read(file);

        FusionReport report = Fusions.fuse(model, Target.CPU);

        assertThat(report.of(Structure.ATTENTION)).hasToString("%d of %d attentions".formatted(layers, layers));
        assertThat(report.of(Structure.SKIP_LAYER_NORM).fused()).hasSize(2 * layers);
        assertThat(report.of(Structure.BIAS_GELU).fused()).hasSize(layers);
        assertThat(report.of(Structure.EMBEDDING).fused()).hasSize(1);
        assertThat(report.counts())
                .allSatisfy(count -> assertThat(count.refusals()).isEmpty());
        assertThat(model.graph().nodes()).hasSize(nodes);
        assertThat(model.graph().nodes()).extracting(Node::opType).doesNotContain("Shape", "Softmax");
        try (Session before = RUNTIME.open(file, SessionOptions.DEFAULT);
                Session after = RUNTIME.open(model, SessionOptions.DEFAULT)) {
            assertSameOutputs(before, after);
        }
    }

    private static void assertSameOutputs(Session before, Session after) {
        assertThat(after.inputs()).isEqualTo(before.inputs());
        assertThat(after.outputs()).isEqualTo(before.outputs());
        List<String> outputs = before.outputs().stream().map(Port::name).toList();
        Map<String, TensorData> inputs = inputs(before);
        Map<String, TensorData> expected = before.run(inputs, outputs);
        after.run(inputs, outputs).forEach((output, data) -> {
            float[] numbers = Objects.requireNonNull(expected.get(output)).toFloatArray();
            assertThat(data.toFloatArray())
                    .as("%s, seed %d", output, SEED)
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(numbers);
        });
    }

    private static Map<String, TensorData> inputs(Session session) {
        Random random = new Random(SEED);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Port port : session.inputs()) {
            long[] values = new long[MASKS.length * SEQUENCE];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (port.name()) {
                    case "input_ids" -> random.nextInt(20_000);
                    case "attention_mask" -> MASKS[i / SEQUENCE].charAt(i % SEQUENCE) - '0';
                    default -> i % SEQUENCE / 8;
                };
            }
            inputs.put(port.name(), TensorData.of(List.of((long) MASKS.length, (long) SEQUENCE), values));
        }
        return inputs;
    }
}
