package io.sinter.onnx.pass.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Ort;
import io.sinter.onnx.pass.TensorAssert;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of several exporters (see the README beside the files in {@code io/}), fused: outputs within the bounds there. */
@Tag("slow")
class FusedExportsTest {

    private static final Map<String, Integer> LAYERS = Map.of("bert_base", 2, "roberta_base", 2, "albert_base", 3);
    private static final List<String> FLOAT32 =
            List.of("model", "model_dynamo", "model_external", "model_ort_extended", "model_ort_fused");
    private static final long SEED = 31;
    private static final int BATCH = 4;
    private static final int SEQUENCE = 9;

    /** Padding at the right, at the left, in the middle, and nothing but padding. */
    private static final String[] MASKS = {"111111000", "000111111", "110010110", "000000000"};

    @ParameterizedTest
    @MethodSource("floats")
    void floatExport_fused_hasEveryAttentionAndNoShapeArithmetic(String family, String variant, Target target) {
        Model model = read(family, variant);
        FusionReport report = Fusions.fuse(model, target);
        int layers = Objects.requireNonNull(LAYERS.get(family));
        assertDone(report, Structure.ATTENTION, layers);
        assertDone(report, Structure.EMBEDDING, 1);
        assertDone(report, Structure.LAYER_NORM, 2 * layers + 1);
        assertDone(report, Structure.SKIP_LAYER_NORM, 2 * layers);
        assertDone(report, Structure.BIAS_GELU, layers);
        assertThat(model.graph().nodes())
                .extracting(Node::opType)
                .doesNotContain("Shape", "Range", "Expand", "ConstantOfShape", "Unsqueeze", "Reshape", "Softmax");
        assertThat(report.nodesAfter()).isEqualTo(model.graph().nodes().size()).isLessThanOrEqualTo(32);
        assertSound(model);
        assertClose(read(family, variant), model, variant.equals("model_fp16") ? 2e-2f : 1e-4f);
    }

    @ParameterizedTest
    @MethodSource("all")
    void export_portable_hasStandardOperatorsOnly(String family, String variant) {
        Model model = read(family, variant);
        FusionReport report = Fusions.fuse(model, Target.PORTABLE);
        assertThat(report.counts())
                .allSatisfy(count -> assertThat(count.refusals()).isEmpty());
        assertDone(report, Structure.PADDING_MASK, 1);
        assertThat(model.graph().nodes()).extracting(Node::domain).containsOnly("");
        assertThat(model.graph().nodes()).extracting(Node::opType).doesNotContain("Range", "ConstantOfShape");
        assertSound(model);
        assertClose(read(family, variant), model, variant.equals("model_fp16") ? 2e-2f : 1e-4f);
    }

    @ParameterizedTest
    @MethodSource("families")
    void int8Export_fused_hasEveryAttention(String family) {
        Model model = read(family, "model_int8");
        FusionReport report = Fusions.fuse(model, Target.CPU);
        assertDone(report, Structure.ATTENTION, Objects.requireNonNull(LAYERS.get(family)));
        assertThat(report.of(Structure.EMBEDDING).refusals())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.reason()).contains("quantised"));
        assertSound(model);
        Model original = read(family, "model_int8");
        Map<String, TensorData> inputs = inputs(original);
        Map<String, TensorData> expected = Ort.run(original, inputs);
        Ort.run(model, inputs)
                .forEach((name, data) -> assertThat(cosine(data, Objects.requireNonNull(expected.get(name))))
                        .as(name)
                        .isGreaterThan(0.99));
    }

    private static void assertDone(FusionReport report, Structure structure, int count) {
        FusionCount found = report.of(structure);
        assertThat(found.refusals()).isEmpty();
        assertThat(found.done()).as(structure.title()).isEqualTo(count);
    }

    private static void assertSound(Model model) {
        assertThat(Verifier.check(model)).isEmpty();
    }

    static void assertClose(Model original, Model fused, float tolerance) {
        Map<String, TensorData> inputs = inputs(original);
        Map<String, TensorData> expected = Ort.run(original, inputs);
        Map<String, TensorData> actual = Ort.run(fused, inputs);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, data) ->
                TensorAssert.assertThat(data).as("%s, seed %d", name, SEED).isClose(expected.get(name), tolerance));
    }

    static Stream<Arguments> floats() {
        return families()
                .flatMap(family -> Stream.concat(FLOAT32.stream(), Stream.of("model_fp16"))
                        .flatMap(variant ->
                                Stream.of(Target.CPU, Target.CUDA).map(t -> Arguments.of(family, variant, t))));
    }

    static Stream<Arguments> all() {
        return families()
                .flatMap(family -> Stream.concat(FLOAT32.stream(), Stream.of("model_fp16", "model_int8"))
                        .map(variant -> Arguments.of(family, variant)));
    }

    static Stream<String> families() {
        return LAYERS.keySet().stream().sorted();
    }

    static Model read(String family, String variant) {
        String name = "/io/sinter/onnx/io/" + family + "/" + variant + ".onnx";
        return OnnxReader.read(Path.of(Objects.requireNonNull(FusedExportsTest.class.getResource(name), name)
                .getPath()));
    }

    private static Map<String, TensorData> inputs(Model model) {
        Random random = new Random(SEED);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Value input : model.graph().inputs()) {
            long[] values = new long[BATCH * SEQUENCE];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (input.name()) {
                    case "input_ids" -> 3 + random.nextInt(40);
                    case "attention_mask" -> MASKS[i / SEQUENCE].charAt(i % SEQUENCE) - '0';
                    default -> i % SEQUENCE > 4 ? 1 : 0;
                };
            }
            inputs.put(input.name(), TensorData.of(List.of((long) BATCH, (long) SEQUENCE), values));
        }
        return inputs;
    }

    private static double cosine(TensorData a, TensorData b) {
        float[] x = a.toFloatArray();
        float[] y = b.toFloatArray();
        double dot = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            dot += x[i] * y[i];
            xx += x[i] * x[i];
            yy += y[i] * y[i];
        }
        return dot / Math.sqrt(xx * yy);
    }
}
