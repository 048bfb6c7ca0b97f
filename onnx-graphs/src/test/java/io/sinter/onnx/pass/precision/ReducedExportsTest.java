package io.sinter.onnx.pass.precision;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.pass.GoldenExports;
import io.sinter.onnx.pass.GraphPass;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of several exporters with fewer bits, beside what they compute in full. */
class ReducedExportsTest {

    private static final List<String> VARIANTS =
            List.of("model", "model_dynamo", "model_ort_extended", "model_ort_fused");

    @ParameterizedTest
    @MethodSource("halves")
    void half_isNearTheFullModel(String family, String variant, GraphPass pass, float tolerance) {
        Reduced reduced = Reduced.of(family, variant, pass);

        assertThat(reduced.weightBytes()).isLessThan(reduced.fullWeightBytes() * 7 / 10);
        assertThat(reduced.largestDifference()).isLessThanOrEqualTo(tolerance);
    }

    static Stream<Arguments> halves() {
        return GoldenExports.FAMILIES.stream()
                .flatMap(family -> VARIANTS.stream()
                        .flatMap(variant -> Stream.of(
                                Arguments.of(family, variant, new HalfStorage(HalfType.FLOAT16, Skip.NONE), 2e-2f),
                                Arguments.of(family, variant, new HalfStorage(HalfType.BFLOAT16, Skip.NONE), 1e-1f),
                                Arguments.of(family, variant, new HalfCompute(HalfType.FLOAT16, Skip.NONE), 2e-2f))));
    }

    @ParameterizedTest
    @MethodSource("exports")
    void int8_pointsWhereTheFullModelDoes(String family, String variant) {
        Reduced reduced = Reduced.of(family, variant, new DynamicQuantization(Skip.NONE));

        assertThat(reduced.result().changes()).isNotEmpty();
        assertThat(reduced.leastCosine()).isGreaterThanOrEqualTo(0.99);
    }

    /** ONNX Runtime's own float16 converter, and its dynamic quantisation, which takes the risk of saturation. */
    @ParameterizedTest
    @MethodSource("families")
    void reduced_isAsNearToTheFullModelAsOtherToolsMakeIt(String family) {
        Reduced half = Reduced.of(family, "model", new HalfCompute(HalfType.FLOAT16, Skip.NONE));
        Reduced int8 = Reduced.of(family, "model", new DynamicQuantization(Skip.NONE));

        assertThat(half.largestDifference())
                .isLessThanOrEqualTo(
                        1.5 * Reduced.ofOtherTool(family, "model_fp16").largestDifference());
        assertThat(1 - int8.leastCosine())
                .isLessThanOrEqualTo(
                        2 * (1 - Reduced.ofOtherTool(family, "model_int8").leastCosine()));
    }

    static List<String> families() {
        return GoldenExports.FAMILIES;
    }

    static Stream<Arguments> exports() {
        return GoldenExports.FAMILIES.stream()
                .flatMap(family -> VARIANTS.stream().map(variant -> Arguments.of(family, variant)));
    }
}
