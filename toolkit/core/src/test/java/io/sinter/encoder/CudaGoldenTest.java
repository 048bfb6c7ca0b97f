package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.error.DeviceException;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.Optimizer;
import io.sinter.optimize.Precision;
import io.sinter.runtime.Device;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exported graphs compute on a GPU what transformers computes. Float32 is met to its bound with
 * {@code NVIDIA_TF32_OVERRIDE=0}: CUDA's products round to 10 bits else.
 */
@EnabledIf("hasGpu")
class CudaGoldenTest {

    private static final SessionOptions GPU = new SessionOptions(Device.CUDA, 0);

    static boolean hasGpu() {
        try {
            new OrtRuntime()
                    .open(
                            GoldenModel.named("bert_base")
                                    .build(BuildOptions.PORTABLE)
                                    .model(),
                            GPU)
                    .close();
            return true;
        } catch (DeviceException e) {
            return false;
        }
    }

    static Stream<Arguments> graphs() {
        return Stream.concat(GoldenModel.all().stream(), GoldenModel.odd().stream())
                .flatMap(g -> Stream.of(
                        Arguments.of(g, Target.PORTABLE, Precision.FLOAT32),
                        Arguments.of(g, Target.CUDA, Precision.FLOAT32),
                        Arguments.of(g, Target.CUDA, Precision.FLOAT16)));
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void graph_onAGpu_computesWhatTransformersDoes(GoldenModel golden, Target target, Precision precision) {
        Model model = golden.build(BuildOptions.PORTABLE.withTarget(target)).model();
        OptimizeOptions options = OptimizeOptions.of(target).withDtype(precision);
        if (options.reduces()) {
            Optimizer.optimize(model, options);
        }
        List<String> outputs = model.graph().outputs().stream()
                .map(Value::name)
                .filter(name -> golden.golden().names().contains(golden.recorded(name)))
                .toList();
        Map<String, TensorData> computed = golden.run(model, outputs, GPU);
        // Halves are met to 2e-2 where float32 is to 1e-4.
        double factor = precision == Precision.FLOAT16 ? 2e-2 / 1e-4 : 1;
        for (String output : outputs) {
            String recorded = golden.recorded(output);
            double difference = GoldenModelTest.largestDifference(
                    golden,
                    Objects.requireNonNull(computed.get(output)),
                    golden.golden().tensor(recorded));
            assertThat(difference)
                    .as("%s of %s for %s in %s", output, golden, target, precision)
                    .isLessThan(golden.scale(recorded) * Math.max(golden.absoluteBound(), 1e-4 * factor));
        }
    }
}
