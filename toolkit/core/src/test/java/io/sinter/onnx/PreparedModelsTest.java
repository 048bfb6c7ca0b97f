package io.sinter.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Pipeline;
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
import org.junit.jupiter.params.provider.ValueSource;

/** The real models, opset 11 and 14, brought to 17, folded and pruned: the outputs stay. */
@Tag("slow")
class PreparedModelsTest {

    private static final OrtRuntime RUNTIME = new OrtRuntime();
    private static final long SEED = 17;

    @ParameterizedTest
    @ValueSource(strings = {"bge-small-en-v1.5", "e5-small-v2", "all-MiniLM-L6-v2", "bge-small-zh-v1.5"})
    void realModel_prepared_computesTheSame(String name) {
        Path file = Path.of(System.getProperty("sinter.cache"), "models", name, "model.onnx");
        Model model = OnnxReader.read(file);
        assertThat(Verifier.check(model)).isEmpty();
        assertThat(model.opset()).isIn(11L, 14L);
        int nodes = model.graph().nodes().size();

        Pipeline.PREPARE.run(model);

        assertThat(model.opset()).isEqualTo(17);
        assertThat(model.graph().nodes()).hasSizeLessThan(nodes);
        assertThat(model.graph().nodes()).extracting(Node::opType).doesNotContain("Constant");
        assertThat(model.graph().nodes().stream()
                        .flatMap(n -> n.outputs().stream())
                        .map(Value::type))
                .as("inferred types")
                .doesNotContainNull();
        try (Session before = RUNTIME.open(file, SessionOptions.DEFAULT);
                Session after = RUNTIME.open(model, SessionOptions.DEFAULT)) {
            assertSameOutputs(before, after);
        }
    }

    private static void assertSameOutputs(Session before, Session after) {
        List<String> outputs = before.outputs().stream().map(Port::name).toList();
        assertThat(after.outputs().stream().map(Port::name).toList()).isEqualTo(outputs);
        Map<String, TensorData> inputs = inputs(before);
        Map<String, TensorData> expected = before.run(inputs, outputs);
        after.run(inputs, outputs)
                .forEach((output, data) -> assertThat(data.contentEquals(Objects.requireNonNull(expected.get(output))))
                        .as("%s: the same bits, seed %d", output, SEED)
                        .isTrue());
    }

    private static Map<String, TensorData> inputs(Session session) {
        Random random = new Random(SEED);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Port port : session.inputs()) {
            long[] values = new long[3 * 17];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (port.name()) {
                    case "input_ids" -> random.nextInt(20_000);
                    case "attention_mask" -> i % 17 < 17 - i / 17 * 4 ? 1 : 0;
                    default -> 0;
                };
            }
            inputs.put(port.name(), TensorData.of(List.of(3L, 17L), values));
        }
        return inputs;
    }
}
