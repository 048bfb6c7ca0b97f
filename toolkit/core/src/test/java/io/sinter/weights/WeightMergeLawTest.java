package io.sinter.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.MalformedException;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every registered weight merge promises. */
class WeightMergeLawTest {

    private static final long SEED = 20261123;

    /** Larger than a block and no multiple of it, with rows that blocks cut. */
    private static final List<Long> SHAPE = List.of(101L, 97L);

    /** Methods that draw or select by index, for which the order of the models matters to which draws they get. */
    private static final Set<String> DRAWING = Set.of("dare-linear", "dare-ties", "della", "della-linear");

    static List<MethodDescription> methods() {
        return WeightMerges.all();
    }

    /** Every method, with each of its flags as by default and the other way round. */
    static Stream<Variant> variants() {
        return methods().stream().flatMap(d -> {
            List<Variant> variants = new ArrayList<>();
            variants.add(new Variant(d, Map.of()));
            for (Parameter p : d.parameters()) {
                if (p.defaultValue() != null && p.kind() == Parameter.Kind.FLAG) {
                    variants.add(new Variant(d, Map.of(p.name(), 1 - p.defaultValue())));
                    if (p.name().equals("nuslerp_row_wise")) {
                        variants.add(new Variant(d, Map.of("nuslerp_flatten", 0.0, p.name(), 1.0)));
                    }
                }
            }
            return variants.stream();
        });
    }

    /** A method with values that differ from the defaults. */
    record Variant(MethodDescription method, Map<String, Double> changed) {

        int models() {
            return Math.min(3, method.mostModels());
        }

        WeightMerge merge() {
            return merge(Map.of());
        }

        /** With weights that add up to 1, half the elements kept, and whatever is given. */
        WeightMerge merge(Map<String, Double> given) {
            Map<String, Double> values = new HashMap<>();
            List<Map<String, Double>> perModel = new ArrayList<>();
            for (int i = 0; i < models(); i++) {
                perModel.add(new HashMap<>());
            }
            Map<String, Double> chosen =
                    new HashMap<>(Map.of("t", 0.3, "density", 0.5, "gamma", 0.05, "select_topk", 0.5));
            chosen.putAll(changed);
            chosen.putAll(given);
            for (Parameter p : method.parameters()) {
                if (p.perModel()) {
                    for (int i = 0; i < models(); i++) {
                        Double value = p.name().equals("weight") ? weight(i) : chosen.get(p.name());
                        if (value != null) {
                            perModel.get(i).put(p.name(), value);
                        }
                    }
                } else if (chosen.containsKey(p.name())) {
                    values.put(p.name(), chosen.get(p.name()));
                }
            }
            return WeightMerges.create(method, values, perModel);
        }

        private Double weight(int model) {
            return switch (models()) {
                case 1 -> 1.0;
                case 2 -> model == 0 ? 0.75 : 0.25;
                default -> List.of(0.5, 0.25, 0.25).get(model);
            };
        }

        /** The merge of those models, with a base where the method has one. */
        TensorGroup group(TensorData base, List<TensorData> models) {
            return new TensorGroup("layer.0", method.base() == BaseModel.NONE ? null : base, models, SEED);
        }

        TensorGroup group(TensorData base, TensorData model) {
            return group(base, Collections.nCopies(models(), model));
        }

        /** Different models over a base. */
        TensorGroup random(DType type) {
            List<TensorData> models = new ArrayList<>();
            for (int i = 0; i < models(); i++) {
                models.add(Conversion.convert(tensor(SHAPE, i + 1), type));
            }
            return group(Conversion.convert(tensor(SHAPE, 0), type), models);
        }

        boolean draws() {
            return DRAWING.contains(method.name());
        }

        @Override
        public String toString() {
            return method.name() + (changed.isEmpty() ? "" : " " + changed);
        }
    }

    /** Numbers like weights: model 0 is the base, others differ from it by less than its own size. */
    private static TensorData tensor(List<Long> shape, int model) {
        Random base = new Random(SEED);
        Random change = new Random(SEED + model);
        float[] values = new float[(int) TensorData.elementCount(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (base.nextGaussian() + (model == 0 ? 0 : 0.3 * change.nextGaussian()));
        }
        return TensorData.of(shape, values);
    }

    private static final Map<String, Double> UNPRUNED = Map.of("density", 1.0, "select_topk", 1.0, "epsilon", 0.0);

    @ParameterizedTest
    @MethodSource("variants")
    void equalTensors_andBase_giveThemselves(Variant variant) {
        TensorData same = tensor(SHAPE, 1);
        float[] merged = Merging.merged(variant.merge(), variant.group(same, same));
        assertThat(Arrays.mismatch(merged, same.toFloatArray())).isEqualTo(-1);
    }

    /** But for those that stay near the base. */
    @ParameterizedTest
    @MethodSource("variants")
    void equalModels_overAnotherBase_giveThemselves(Variant variant) {
        if (Set.of("slerp", "nearswap", "arcee-fusion")
                .contains(variant.method().name())) {
            return;
        }
        TensorData same = tensor(SHAPE, 1);
        float[] merged = Merging.merged(variant.merge(UNPRUNED), variant.group(tensor(SHAPE, 0), same));
        assertThat(Merging.distance(merged, same.toFloatArray())).isLessThan(1e-6);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void density0_isTheBase(Variant variant) {
        if (variant.method().parameter("density").isEmpty()
                && variant.method().parameter("select_topk").isEmpty()) {
            return;
        }
        TensorGroup group = variant.random(DType.FLOAT);
        Map<String, Double> nothing = Map.of("density", 0.0, "select_topk", 0.0, "epsilon", 0.0);
        float[] merged = Merging.merged(variant.merge(nothing), group);
        assertThat(Arrays.mismatch(merged, tensor(SHAPE, 0).toFloatArray())).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "dare-linear, task-arithmetic, false",
        "della-linear, task-arithmetic, false",
        "breadcrumbs, task-arithmetic, false",
        "breadcrumbs, task-arithmetic, true",
        "dare-ties, ties, false",
        "breadcrumbs-ties, ties, false",
        "della, ties, true",
        "dare-ties, ties, true"
    })
    void density1_prunesNothing(String method, String unpruned, boolean normalize) {
        Map<String, Double> changed = Map.of("normalize", normalize ? 1.0 : 0.0, "density", 1.0);
        Variant variant = new Variant(WeightMerges.named(method), changed);
        Variant other = new Variant(WeightMerges.named(unpruned), changed);
        TensorGroup group = variant.random(DType.FLOAT);
        assertThat(Arrays.mismatch(Merging.merged(variant.merge(), group), Merging.merged(other.merge(), group)))
                .isEqualTo(-1);
    }

    /** A factor of 4 is exact in every float. Methods that compare with a fixed size are left out. */
    @ParameterizedTest
    @MethodSource("variants")
    void scale_ofAllTensors_isTheResults(Variant variant) {
        if (Set.of("nearswap", "arcee-fusion", "ram", "ramplus-tl")
                .contains(variant.method().name())) {
            return;
        }
        TensorGroup group = variant.random(DType.FLOAT);
        TensorGroup larger = new TensorGroup(
                group.name(),
                group.base() == null ? null : times4(group.base()),
                group.models().stream().map(WeightMergeLawTest::times4).toList(),
                SEED);
        TensorData merged = TensorData.of(SHAPE, Merging.merged(variant.merge(), group));
        assertThat(Arrays.mismatch(
                        Merging.merged(variant.merge(), larger), times4(merged).toFloatArray()))
                .isEqualTo(-1);
    }

    private static TensorData times4(TensorData tensor) {
        float[] values = tensor.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 4;
        }
        return TensorData.of(tensor.shape(), values);
    }

    /** Weights follow their models; what is drawn belongs to a place. */
    @ParameterizedTest
    @MethodSource("variants")
    void order_ofModels_doesNotMatter(Variant variant) {
        if (variant.models() == 1) {
            return;
        }
        TensorGroup group = variant.random(DType.FLOAT);
        List<TensorData> models = new ArrayList<>(group.models());
        Collections.swap(models, models.size() - 1, models.size() - 2);
        TensorGroup swapped = new TensorGroup(group.name(), group.base(), models, SEED);
        Map<String, Double> given = variant.draws() ? UNPRUNED : Map.of();
        WeightMerge merge = variant.merge(given);
        if (variant.models() == 2) {
            Variant equal = variant;
            merge = new Nuslerp(List.of(0.5, 0.5), value(equal, "nuslerp_flatten"), value(equal, "nuslerp_row_wise"));
        }
        assertThat(Merging.distance(Merging.merged(merge, group), Merging.merged(merge, swapped)))
                .isLessThan(1e-6);
    }

    private static boolean value(Variant variant, String flag) {
        Double byDefault = variant.method().parameter(flag).orElseThrow().defaultValue();
        return variant.changed().getOrDefault(flag, byDefault == null ? 0 : byDefault) == 1;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void stretches_inAnyOrderAndSize_areTheSameBits(Variant variant) {
        TensorGroup group = variant.random(DType.FLOAT);
        float[] whole = Merging.merged(variant.merge(), group);
        MergedWeights merged = variant.merge().prepare(group);
        float[] pieces = new float[whole.length];
        int end = whole.length;
        for (int size : List.of(1, 96, 3000, 4097, 5)) {
            int n = Math.min(size, end);
            end -= n;
            copy(merged, end, n, pieces);
        }
        copy(merged, 0, end, pieces);
        assertThat(Arrays.mismatch(pieces, whole)).isEqualTo(-1);
    }

    private static void copy(MergedWeights merged, int first, int count, float[] target) {
        TensorData stretch = TensorData.allocate(DType.FLOAT, List.of((long) count));
        merged.into(first, stretch);
        System.arraycopy(stretch.toFloatArray(), 0, target, first, count);
    }

    /** Large enough for several parts. */
    @ParameterizedTest
    @MethodSource("variants")
    void threads_ofAnyNumber_giveTheSameBits(Variant variant) {
        List<Long> shape = List.of(1201L, 521L);
        List<TensorData> models = new ArrayList<>();
        for (int i = 0; i < variant.models(); i++) {
            models.add(tensor(shape, i + 1));
        }
        TensorGroup group = variant.group(tensor(shape, 0), models);
        float[] one = with(1, variant, group);
        assertThat(Arrays.mismatch(with(3, variant, group), one)).isEqualTo(-1);
    }

    private static float[] with(int threads, Variant variant, TensorGroup group) {
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            return pool.submit(() -> Merging.merged(variant.merge(), group)).join();
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void shorterFloats_giveWhatTheyAreAsFloat32(Variant variant) {
        for (DType type : List.of(DType.FLOAT16, DType.BFLOAT16, DType.DOUBLE)) {
            TensorGroup group = variant.random(type);
            TensorGroup wide = new TensorGroup(
                    group.name(),
                    group.base() == null ? null : Conversion.convert(group.base(), DType.FLOAT),
                    group.models().stream()
                            .map(m -> Conversion.convert(m, DType.FLOAT))
                            .toList(),
                    SEED);
            assertThat(Arrays.mismatch(Merging.merged(variant.merge(), group), Merging.merged(variant.merge(), wide)))
                    .as(type.name())
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void notANumber_isNamed(Variant variant) {
        if (variant.method().name().equals("passthrough")) {
            return;
        }
        for (float bad : List.of(Float.NaN, Float.NEGATIVE_INFINITY)) {
            TensorGroup group = variant.random(DType.FLOAT);
            group.models().getLast().data().set(TensorData.F32, 4L * (3 * 97 + 17), bad);
            assertThatThrownBy(() -> Merging.merged(variant.merge(), group))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("\"layer.0\"")
                    .hasMessageContaining("[3, 17]")
                    .hasMessageContaining(Float.isNaN(bad) ? "NaN" : "infinite");
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void notANumber_inTheBase_isNamed(Variant variant) {
        if (variant.method().base() == BaseModel.NONE
                || Set.of("task-arithmetic", "regmean")
                        .contains(variant.method().name())) {
            return; // where the weights add up to 1, what is left of the base is nothing
        }
        TensorGroup group = variant.random(DType.FLOAT);
        Objects.requireNonNull(group.base()).data().set(TensorData.F32, 4L * (100 * 97 + 96), Float.NaN);
        assertThatThrownBy(() -> Merging.merged(variant.merge(), group))
                .isInstanceOf(MalformedException.class)
                .hasMessageMatching(".*(the base model|model 1): element \\[100, 96] is NaN.*");
    }

    @ParameterizedTest
    @MethodSource("variants")
    void tensors_ofAnyShape_areMerged(Variant variant) {
        for (List<Long> shape : List.of(
                List.<Long>of(),
                List.of(0L),
                List.of(3L, 0L),
                List.of(1L),
                List.of(1L, 1L),
                List.of(5L),
                List.of(4L, 3L, 2L, 2L))) {
            List<TensorData> models = new ArrayList<>();
            for (int i = 0; i < variant.models(); i++) {
                models.add(tensor(shape, i + 1));
            }
            float[] merged = Merging.merged(variant.merge(), variant.group(tensor(shape, 0), models));
            for (float value : merged) {
                assertThat(value).as("%s", shape).isFinite();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void zeros_giveZeros(Variant variant) {
        TensorData zeros = TensorData.of(SHAPE, new float[101 * 97]);
        float[] merged = Merging.merged(variant.merge(), variant.group(zeros, zeros));
        assertThat(Merging.distance(merged, new float[101 * 97])).isZero();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void base_thatIsMissing_isTheCallersMistake(MethodDescription method) {
        if (method.base() != BaseModel.REQUIRED) {
            return;
        }
        Variant variant = new Variant(method, Map.of());
        TensorGroup group =
                new TensorGroup("x", null, variant.random(DType.FLOAT).models(), 0);
        assertThatThrownBy(() -> variant.merge().prepare(group))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("base");
    }

    @Test
    void weight1_andOthers0_isThatModel() {
        TensorGroup group =
                new TensorGroup("x", null, List.of(tensor(SHAPE, 1), tensor(SHAPE, 2), tensor(SHAPE, 3)), SEED);
        TensorGroup two = new TensorGroup("x", null, group.models().subList(0, 2), SEED);
        TensorGroup based = new TensorGroup("x", tensor(SHAPE, 0), group.models(), SEED);
        List<Double> second = List.of(0.0, 1.0, 0.0);
        List<Double> dense = List.of(1.0, 1.0, 1.0);
        float[] expected = tensor(SHAPE, 2).toFloatArray();
        assertThat(Merging.distance(Merging.merged(new Linear(second, true), group), expected))
                .isZero();
        assertThat(Merging.distance(Merging.merged(new TaskArithmetic(second, 1, false, false), based), expected))
                .isZero();
        assertThat(Merging.distance(Merging.merged(new Nuslerp(List.of(0.0, 1.0), true, false), two), expected))
                .isZero();
        assertThat(Merging.distance(Merging.merged(new Multislerp(second, true, 1e-8), group), expected))
                .isLessThan(1e-6);
        assertThat(Merging.distance(Merging.merged(new Ties(second, dense, 1, true, false), based), expected))
                .isLessThan(1e-6);
    }

    @Test
    void t_ofItsEnds_isBaseAndModel() {
        TensorGroup group = new TensorGroup("x", tensor(SHAPE, 0), List.of(tensor(SHAPE, 1)), SEED);
        float[] base = tensor(SHAPE, 0).toFloatArray();
        float[] model = tensor(SHAPE, 1).toFloatArray();
        assertThat(Arrays.mismatch(Merging.merged(new Slerp(0), group), base)).isEqualTo(-1);
        assertThat(Arrays.mismatch(Merging.merged(new Slerp(1), group), model)).isEqualTo(-1);
        assertThat(Arrays.mismatch(Merging.merged(new Nearswap(0), group), base))
                .isEqualTo(-1);
        assertThat(Arrays.mismatch(Merging.merged(new Nearswap(100), group), model))
                .isEqualTo(-1);
    }

    /** Of two models, the mean on the sphere lies on the arc between them. */
    @Test
    void multislerp_ofTwoDirections_isSlerps() {
        float[] a = {3, 0, 0};
        float[] b = {0, 3, 0};
        TensorGroup group = new TensorGroup("x", null, List.of(TensorData.vector(a), TensorData.vector(b)), SEED);
        List<Double> weight = List.of(0.2, 0.8);
        assertThat(Merging.distance(
                        Merging.merged(new Multislerp(weight, true, 1e-8), group),
                        Merging.merged(new Nuslerp(weight, true, false), group)))
                .isLessThan(1e-6);
    }

    /** The weighted sum of the tangents to the models is 0 at the mean. */
    @Test
    void karcher_ofThreeModels_isStationary() {
        List<TensorData> models = List.of(
                TensorData.vector(1, 0.2f, 0, 0.1f),
                TensorData.vector(-0.5f, 1, 0.3f, 0),
                TensorData.vector(0, 0, 2, 0.7f));
        float[] mean = Merging.merged(new Karcher(100, 1e-8), new TensorGroup("x", null, models, 0));
        double[] unit = unit(mean);
        double[] gradient = new double[4];
        double length = 0;
        for (TensorData model : models) {
            double[] direction = unit(model.toFloatArray());
            length += norm(model.toFloatArray()) / 3;
            double cos = 0;
            for (int i = 0; i < 4; i++) {
                cos += unit[i] * direction[i];
            }
            double angle = Math.acos(cos);
            for (int i = 0; i < 4; i++) {
                gradient[i] += angle / Math.sin(angle) * (direction[i] - cos * unit[i]);
            }
        }
        assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isLessThan(1e-6);
        assertThat(norm(mean)).isCloseTo(length, within(1e-6));
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float v : vector) {
            sum += (double) v * v;
        }
        return Math.sqrt(sum);
    }

    private static double[] unit(float[] vector) {
        double norm = norm(vector);
        double[] unit = new double[vector.length];
        Arrays.setAll(unit, i -> vector[i] / norm);
        return unit;
    }

    @ParameterizedTest
    @ValueSource(strings = {"dare-linear", "dare-ties", "della", "della-linear"})
    void draws_dependOnTheSeed(String method) {
        Variant variant = new Variant(WeightMerges.named(method), Map.of());
        TensorGroup group = variant.random(DType.FLOAT);
        TensorGroup other = new TensorGroup(group.name(), group.base(), group.models(), SEED + 1);
        float[] merged = Merging.merged(variant.merge(), group);
        assertThat(Merging.distance(Merging.merged(variant.merge(), group), merged))
                .isZero();
        assertThat(Merging.distance(Merging.merged(variant.merge(), other), merged))
                .isGreaterThan(0.01);
    }

    @Test
    void dare_ofADensity_keepsThatPart() {
        TensorGroup group =
                new TensorGroup("x", TensorData.of(List.of(1_000_000L), new float[1_000_000]), List.of(ones()), SEED);
        float[] merged = Merging.merged(new DareLinear(List.of(1.0), List.of(0.3), 1, false, false), group);
        double kept = 0;
        for (float value : merged) {
            kept += value;
        }
        assertThat(kept / 1_000_000).as("seed %d", SEED).isCloseTo(0.3, within(0.002));
    }

    private static TensorData ones() {
        float[] ones = new float[1_000_000];
        Arrays.fill(ones, 1);
        return TensorData.of(List.of(1_000_000L), ones);
    }
}
