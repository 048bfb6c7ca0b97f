package io.sinter.onnx.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of several exporters (see the README beside the files in {@code io/}), prepared: bit-equal outputs. */
@Tag("slow")
class PreparedExportsTest {

    private static final List<String> FAMILIES = List.of("bert_base", "roberta_base", "albert_base");
    private static final List<String> VARIANTS = List.of(
            "model",
            "model_dynamo",
            "model_external",
            "model_fp16",
            "model_int8",
            "model_ort_extended",
            "model_ort_fused");

    @ParameterizedTest
    @MethodSource("files")
    void export_read_isSound(Path file) {
        assertThat(Verifier.check(OnnxReader.read(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void export_prepared_computesTheSameBitsWithFewerNodes(Path file) {
        Model original = OnnxReader.read(file);
        Model prepared = OnnxReader.read(file);
        int nodes = prepared.graph().nodes().size();

        Pipeline.PREPARE.run(prepared);

        assertThat(prepared.opset()).isGreaterThanOrEqualTo(17);
        assertThat(prepared.graph().nodes().size()).isLessThanOrEqualTo(nodes);
        Map<String, TensorData> inputs = inputs(original);
        Map<String, TensorData> expected = Ort.run(original, inputs);
        Map<String, TensorData> actual = Ort.run(prepared, inputs);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        // Where ONNX Runtime rounds to float16 depends on which nodes are neighbours.
        float tolerance = file.endsWith("model_fp16.onnx") ? 4e-3f : 0;
        actual.forEach((name, data) ->
                TensorAssert.assertThat(data).as(name + " of " + file).isClose(expected.get(name), tolerance));
    }

    static Stream<Path> files() {
        return FAMILIES.stream().flatMap(family -> VARIANTS.stream().map(variant -> file(family, variant)));
    }

    private static Path file(String family, String variant) {
        String name = "/io/sinter/onnx/io/" + family + "/" + variant + ".onnx";
        return Path.of(Objects.requireNonNull(PreparedExportsTest.class.getResource(name), name)
                .getPath());
    }

    private static Map<String, TensorData> inputs(Model model) {
        Random random = new Random(7);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Value input : model.graph().inputs()) {
            long[] values = new long[18];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (input.name()) {
                    case "input_ids" -> 3 + random.nextInt(40);
                    case "attention_mask" -> i < values.length - 3 ? 1 : 0;
                    default -> 0;
                };
            }
            boolean isInt = Objects.requireNonNull(input.type()).dtype() == DType.INT32;
            inputs.put(
                    input.name(),
                    isInt
                            ? new SmallTensor(DType.INT32, List.of(2L, 9L), values).toData()
                            : TensorData.of(List.of(2L, 9L), values));
        }
        return inputs;
    }
}
