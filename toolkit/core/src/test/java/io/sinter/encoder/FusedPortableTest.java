package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.fuse.FusionCount;
import io.sinter.onnx.pass.fuse.FusionReport;
import io.sinter.onnx.pass.fuse.Fusions;
import io.sinter.onnx.pass.fuse.Structure;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The portable graph of every family, fused as a traced graph would be: attentions found, outputs unchanged. */
@Tag("slow")
class FusedPortableTest {

    private static final float TOLERANCE = 2e-5f;

    static Stream<GoldenModel> models() {
        return GoldenModel.all().stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void portableGraph_fused_computesTheSame(GoldenModel golden) {
        Model portable = golden.build(BuildOptions.PORTABLE).model();
        Model fused = golden.build(BuildOptions.PORTABLE).model();

        FusionReport report = Fusions.fuse(fused, Target.CPU);

        FusionCount attentions = report.of(Structure.ATTENTION);
        assertThat(attentions.fused()).isNotEmpty();
        assertThat(attentions.refusals())
                .as("SigLIP's probe is one query for all images")
                .allSatisfy(refusal -> assertThat(refusal.reason()).contains("the scores go through Unsqueeze"));
        List<String> outputs = portable.graph().outputs().stream()
                .filter(v -> Objects.requireNonNull(v.type()).dtype() == DType.FLOAT)
                .map(Value::name)
                .toList();
        Map<String, TensorData> expected = golden.run(portable, outputs);
        golden.run(fused, outputs).forEach((name, data) -> {
            float[] before = Objects.requireNonNull(expected.get(name)).toFloatArray();
            float largest = 1;
            for (float number : before) {
                largest = Math.max(largest, Math.abs(number));
            }
            assertThat(data.toFloatArray())
                    .as("%s of %s", name, golden)
                    .usingComparatorWithPrecision(TOLERANCE * largest)
                    .containsExactly(before);
        });
    }
}
