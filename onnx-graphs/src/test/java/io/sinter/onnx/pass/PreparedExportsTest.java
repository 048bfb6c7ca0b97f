package io.sinter.onnx.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of several exporters (see the README beside the files in {@code io/}), prepared: bit-equal outputs. */
@Tag("slow")
class PreparedExportsTest {

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
        Map<String, TensorData> inputs = GoldenExports.inputs(original);
        Map<String, TensorData> expected = Ort.run(original, inputs);
        Map<String, TensorData> actual = Ort.run(prepared, inputs);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        // Where ONNX Runtime rounds to float16 depends on which nodes are neighbours.
        float tolerance = file.endsWith("model_fp16.onnx") ? 4e-3f : 0;
        actual.forEach((name, data) ->
                TensorAssert.assertThat(data).as(name + " of " + file).isClose(expected.get(name), tolerance));
    }

    static Stream<Path> files() {
        return GoldenExports.FAMILIES.stream()
                .flatMap(family -> VARIANTS.stream().map(variant -> GoldenExports.file(family, variant)));
    }
}
