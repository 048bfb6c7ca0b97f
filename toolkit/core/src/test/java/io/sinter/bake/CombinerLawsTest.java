package io.sinter.bake;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.combine.Activation;
import io.sinter.combine.Attention;
import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.combine.Combination.Rows;
import io.sinter.combine.Combiner;
import io.sinter.combine.Combiners;
import io.sinter.combine.Concatenation;
import io.sinter.combine.DynamicMetaEmbedding;
import io.sinter.combine.Gate;
import io.sinter.combine.Linear;
import io.sinter.combine.Mlp;
import io.sinter.combine.Reduction;
import io.sinter.combine.Select;
import io.sinter.combine.TestCombiners.ElementwiseMaximum;
import io.sinter.combine.WeightedSum;
import io.sinter.combine.WidthMap;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.train.DirectionalDerivatives;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every registered combiner. Each test's name holds its seed. */
class CombinerLawsTest {

    private static final int SEEDS = 6;

    /** How to make one at random for sources of the given widths; a new combiner gets a line here. */
    private static final Map<Class<? extends Combiner>, BiFunction<Random, List<Long>, Combiner>> SAMPLES =
            Map.ofEntries(
                    entry(Average.class, (random, widths) -> new Average()),
                    entry(WeightedSum.class, (random, widths) -> weightedSum(random, widths.size())),
                    entry(Concatenation.class, (random, widths) -> new Concatenation()),
                    entry(
                            Linear.class,
                            (random, widths) -> new Linear(random.nextBoolean() ? null : 1 + random.nextLong(40))),
                    entry(Mlp.class, (random, widths) -> new Mlp(1 + random.nextLong(40), 1 + random.nextLong(40))),
                    entry(Attention.class, (random, widths) -> new Attention(random.nextBoolean() ? 1 : 2)),
                    entry(DynamicMetaEmbedding.class, (random, widths) -> dynamicMetaEmbedding(random)),
                    entry(Gate.class, (random, widths) -> new Gate()),
                    entry(Select.class, (random, widths) -> new Select(1 + random.nextInt(widths.size()))),
                    entry(ElementwiseMaximum.class, (random, widths) -> new ElementwiseMaximum()));

    private static DynamicMetaEmbedding dynamicMetaEmbedding(Random random) {
        return new DynamicMetaEmbedding(
                random.nextBoolean() ? null : 1 + random.nextLong(40),
                random.nextBoolean() ? Activation.SOFTMAX : Activation.SIGMOID);
    }

    private static WeightedSum weightedSum(Random random, int models) {
        List<Double> weights = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            weights.add(0.25 + random.nextDouble(2));
        }
        return new WeightedSum(weights, random.nextBoolean());
    }

    static Stream<Arguments> combinersAndSeeds() {
        return Combiners.all().entrySet().stream()
                .flatMap(entry -> Stream.iterate(1L, seed -> seed + 1)
                        .limit(SEEDS)
                        .map(seed -> Arguments.of(entry.getKey(), entry.getValue(), seed)));
    }

    @Test
    void samples_cover_everyRegisteredCombiner() {
        assertThat(SAMPLES.keySet())
                .containsExactlyInAnyOrderElementsOf(Combiners.all().values());
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void lookup_ofTheBakedTable_isTheCombinationOfLookups(String method, Class<? extends Combiner> type, long seed) {
        Random random = new Random(seed);
        CombinedTable table = randomTable(random, type, DType.FLOAT);
        TensorData baked = TableTesting.bake(table, DType.FLOAT);
        for (List<Long> shape : List.of(List.of(7L), List.of(2L, 5L), List.of(2L, 3L, 2L), List.of(1L, 1L))) {
            TensorData ids = TableTesting.ids(random, table.rows(), shape);
            TensorData live = TableTesting.live(table, ids);
            List<Long> expectedShape = new ArrayList<>(shape);
            expectedShape.add(table.width());
            assertThat(live.shape()).isEqualTo(expectedShape);
            float[] expected = live.toFloatArray();
            assertThat(TableTesting.gather(baked, ids))
                    .as("%s %s", table.combination(), shape)
                    .containsExactly(expected, within(1e-6f * largest(expected)));
        }
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void gradient_ofParametersAndSources_isTheCentralDifference(
            String method, Class<? extends Combiner> type, long seed) {
        CombinedTable table = randomTable(new Random(seed), type, DType.FLOAT);
        Graph graph = new Graph(method);
        List<Value> sources = new ArrayList<>();
        table.tables().forEach(source -> sources.add(graph.addInitializer("source" + sources.size(), source)));
        Map<String, Value> parameters = new LinkedHashMap<>();
        table.parameters().forEach((name, data) -> parameters.put(name, graph.addInitializer(name, data)));
        graph.addOutput(table.combination().emit(new Ops(graph, Opsets.EMITTED), sources, parameters));
        Model model = new Model(graph, 8);
        model.setOpset("", Opsets.EMITTED);
        assertThat(DirectionalDerivatives.check(model, Map.of())).isPositive();
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void lookup_ofABakedHalfPrecisionTable_isWithinHalfAUnitInTheLastPlace(
            String method, Class<? extends Combiner> type, long seed) {
        Random random = new Random(seed);
        CombinedTable table = randomTable(random, type, DType.FLOAT16);
        TensorData baked = TableTesting.bake(table, DType.FLOAT16);
        TensorData ids = TableTesting.ids(random, table.rows(), List.of(3L, 4L));
        float[] live = TableTesting.live(table, ids).toFloatArray();
        float[] looked = TableTesting.gather(baked, ids);
        for (int i = 0; i < live.length; i++) {
            float halfUnit = halfUnitInTheLastPlace(live[i]);
            assertThat(looked[i])
                    .as("%s element %d", table.combination(), i)
                    .isCloseTo(live[i], within(halfUnit + 1e-6f * largest(live)));
        }
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void row_ofTheResult_dependsOnThatRowOfTheSourcesOnly(String method, Class<? extends Combiner> type, long seed) {
        Random random = new Random(seed);
        CombinedTable table = randomTable(random, type, DType.FLOAT);
        long row = random.nextLong(table.rows());
        List<TensorData> alone =
                table.tables().stream().map(t -> t.rows(row, row + 1)).toList();
        float[] baked = TableTesting.gather(TableTesting.bake(table, DType.FLOAT), TensorData.vector(row));
        float[] single = TableTesting.bake(
                        new CombinedTable(table.combination(), table.parameters(), alone), DType.FLOAT)
                .toFloatArray();
        assertThat(single).containsExactly(baked, within(1e-6f * largest(baked)));
    }

    static Stream<Arguments> averageStarts() {
        return Stream.of(
                        new Linear(null),
                        new Mlp(null, null),
                        new Mlp(31L, 12L),
                        new Attention(1),
                        new Attention(4),
                        new DynamicMetaEmbedding(null, null),
                        new DynamicMetaEmbedding(12L, Activation.SIGMOID),
                        new Gate())
                .flatMap(combiner -> Stream.of(1, 2, 3).map(models -> Arguments.of(combiner, models)));
    }

    @ParameterizedTest
    @MethodSource("averageStarts")
    void averageStart_ofEachTrainableCombiner_isTheAverage(Combiner combiner, int models) {
        Random random = new Random(models);
        List<TensorData> tables = Stream.generate(() -> TableTesting.table(random, DType.FLOAT, 9, 12))
                .limit(models)
                .toList();
        Combination combination = Combination.of(combiner);
        List<Long> widths = tables.stream().map(t -> t.dim(1)).toList();
        Parameters start = Parameters.resolve(new ParameterSource.AverageStart(), combination.parameters(widths));
        float[] baked = TableTesting.bake(new CombinedTable(combination, start.tensors(), tables), DType.FLOAT)
                .toFloatArray();
        float[] average = TableTesting.bake(
                        new CombinedTable(Combination.of(new Average()), Map.of(), tables), DType.FLOAT)
                .toFloatArray();
        assertThat(baked).containsExactly(average, within(1e-6f));
    }

    @Test
    void averageStart_ofConcatenationAndReduction_isTheAverage() {
        Random random = new Random(5);
        List<TensorData> tables = Stream.generate(() -> TableTesting.table(random, DType.FLOAT, 9, 12))
                .limit(2)
                .toList();
        Combination combination = new Combination(
                Rows.AS_GIVEN,
                List.of(new WidthMap.Projection(12), new WidthMap.Projection(12)),
                new Concatenation(),
                new Reduction.Projection(12));
        Parameters start =
                Parameters.resolve(new ParameterSource.AverageStart(), combination.parameters(List.of(12L, 12L)));
        float[] baked = TableTesting.bake(new CombinedTable(combination, start.tensors(), tables), DType.FLOAT)
                .toFloatArray();
        float[] a = TableTesting.floats(tables.get(0));
        float[] b = TableTesting.floats(tables.get(1));
        for (int i = 0; i < a.length; i++) {
            assertThat(baked[i]).isEqualTo((a[i] + b[i]) / 2);
        }
    }

    private static CombinedTable randomTable(Random random, Class<? extends Combiner> type, DType dtype) {
        int models = 1 + random.nextInt(4);
        long common = 2 * (1 + random.nextLong(12));
        long rows = 1 + random.nextLong(60);
        List<TensorData> tables = new ArrayList<>();
        List<WidthMap> maps = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            long width = random.nextBoolean() ? common : 1 + random.nextLong(common);
            tables.add(TableTesting.table(random, dtype, rows, width));
            maps.add(map(random, width, common));
        }
        List<Long> widths = tables.stream().map(t -> t.dim(1)).toList();
        Combiner combiner = sample(type).apply(random, widths);
        Combination combination =
                new Combination(random.nextBoolean() ? Rows.AS_GIVEN : Rows.UNIT_LENGTH, maps, combiner, null);
        if (random.nextInt(3) == 0) {
            long width = 1 + random.nextLong(combination.outputWidth(widths));
            combination = combination.withReduction(
                    random.nextBoolean() ? new Reduction.Pca(width) : new Reduction.Projection(width));
        }
        Parameters parameters =
                Parameters.resolve(new ParameterSource.RandomStart(random.nextLong()), combination.parameters(widths));
        return new CombinedTable(combination, parameters.tensors(), tables);
    }

    private static BiFunction<Random, List<Long>, Combiner> sample(Class<? extends Combiner> type) {
        BiFunction<Random, List<Long>, Combiner> sample = SAMPLES.get(type);
        assertThat(sample).as("sample of %s", type).isNotNull();
        return Objects.requireNonNull(sample);
    }

    private static WidthMap map(Random random, long width, long common) {
        if (width == common && random.nextBoolean()) {
            return new WidthMap.Keep();
        }
        return random.nextBoolean() ? new WidthMap.ZeroPad(common) : new WidthMap.Projection(common);
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** Half the distance between binary16 numbers near {@code value}: 11 significant bits, exponents from −14 on. */
    private static float halfUnitInTheLastPlace(float value) {
        return Math.scalb(0.5f, Math.max(Math.getExponent(value), -14) - 10);
    }
}
