package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exported graphs compute what transformers computes. */
class GoldenModelTest {

    static Stream<Arguments> modelsAndTargets() {
        return Stream.concat(GoldenModel.all().stream(), GoldenModel.odd().stream())
                .flatMap(g -> Stream.of(Target.values()).map(t -> Arguments.of(g, t)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndTargets")
    void graph_ofEachFamily_computesWhatTransformersDoes(GoldenModel golden, Target target) {
        Model model = golden.build(BuildOptions.PORTABLE.withTarget(target)).model();
        List<String> outputs = model.graph().outputs().stream()
                .map(Value::name)
                .filter(name -> golden.golden().names().contains(golden.recorded(name)))
                .toList();
        assertThat(outputs).isNotEmpty();
        Map<String, TensorData> computed = golden.run(model, outputs);
        for (String output : outputs) {
            TensorData expected = golden.golden().tensor(golden.recorded(output));
            assertThat(largestDifference(golden, Objects.requireNonNull(computed.get(output)), expected))
                    .as("%s of %s for %s", output, golden, target)
                    .isLessThan(golden.bound(output));
        }
    }

    /** Where a text ends, a decoder's or a padded place's vector is nobody's; only tokens' are compared. */
    static double largestDifference(GoldenModel golden, TensorData computed, TensorData expected) {
        assertThat(computed.shape()).isEqualTo(expected.shape());
        float[] mask = placesThatCount(golden, expected);
        float[] a = computed.toFloatArray();
        float[] b = expected.toFloatArray();
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            if (mask[i / (a.length / mask.length)] != 0) {
                double difference = Math.abs(a[i] - b[i]);
                largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
            }
        }
        return largest;
    }

    private static float[] placesThatCount(GoldenModel golden, TensorData output) {
        List<Float> mask = new ArrayList<>();
        if (output.rank() == 3 && golden.golden().names().contains("attention_mask")) {
            TensorData recorded = golden.golden().tensor("attention_mask");
            if (recorded.shape().equals(output.shape().subList(0, 2))) {
                for (long value : recorded.toLongArray()) {
                    mask.add((float) value);
                }
            }
        }
        float[] places = new float[Math.max(1, mask.size())];
        places[0] = 1;
        for (int i = 0; i < mask.size(); i++) {
            places[i] = mask.get(i);
        }
        return places;
    }
}
