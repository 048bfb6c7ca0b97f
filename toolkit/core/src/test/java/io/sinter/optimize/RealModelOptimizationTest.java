package io.sinter.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.onnx.pass.precision.EmbeddingFormat;
import io.sinter.quality.OutputQuality;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** bge-small-en-v1.5 with fewer bits, on the built-in texts. */
@Tag("slow")
class RealModelOptimizationTest {

    private static final Path MODEL = Path.of(System.getProperty("sinter.cache"), "models", "bge-small-en-v1.5");

    private static OptimizeResult preview(Target target, Precision dtype, Optional<EmbeddingFormat> embedding) {
        OptimizeOptions plain = OptimizeOptions.of(target).withDtype(dtype);
        return new ModelOptimization(
                        new OrtRuntime(), SessionOptions.DEFAULT, GateSettings.usual(), WriteOptions.DEFAULT)
                .preview(
                        (GraphSource) ModelSource.open(MODEL),
                        embedding.map(plain::withEmbedding).orElse(plain));
    }

    @ParameterizedTest
    @CsvSource({
        "CPU, FLOAT32, 1e-4, 1.0",
        "PORTABLE, FLOAT16, 2e-2, 0.51",
        "CUDA, FLOAT16, 2e-2, 0.51",
        "CPU, BFLOAT16, 1e-1, 0.51"
    })
    void half_isWithinItsBound(Target target, Precision dtype, double bound, double size) {
        OptimizeResult result = preview(target, dtype, Optional.empty());

        OutputQuality output = result.quality().outputs().getFirst();
        assertThat(output.largestDifference()).isLessThanOrEqualTo(bound);
        assertThat((double) result.bytesAfter() / result.bytesBefore()).isLessThanOrEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({"PORTABLE, , 0.53", "CPU, , 0.53", "PORTABLE, INT8, 0.27", "CPU, INT8, 0.27"})
    void int8_pointsWhereTheFullModelDoes(Target target, EmbeddingFormat embedding, double size) {
        OptimizeResult result = preview(target, Precision.INT8, Optional.ofNullable(embedding));

        assertThat(result.quality().outputs().getFirst().meanCosine()).isGreaterThanOrEqualTo(0.995);
        assertThat((double) result.bytesAfter() / result.bytesBefore()).isLessThanOrEqualTo(size);
    }
}
