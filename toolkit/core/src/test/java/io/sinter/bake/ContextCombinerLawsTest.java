package io.sinter.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.combine.Activation;
import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.combine.ContextCombiner;
import io.sinter.combine.ContextCombiners;
import io.sinter.combine.ContextualizedDynamicMetaEmbedding;
import io.sinter.combine.SelfAttentiveMetaEmbedding;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.runtime.Device;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.runtime.TestModels;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every registered context combiner. Each test's name holds its seed. */
class ContextCombinerLawsTest {

    private static final int SEEDS = 8;

    /** How to make one at random, with what it is in plain Java; a new combiner gets a line here. */
    private static final Map<Class<? extends ContextCombiner>, Sampler> SAMPLES = Map.of(
            ContextualizedDynamicMetaEmbedding.class,
            (width, hidden, activation) -> new Sample(
                    new ContextualizedDynamicMetaEmbedding(width, hidden, activation),
                    reference -> reference::lstmScores),
            SelfAttentiveMetaEmbedding.class,
            (width, hidden, activation) -> new Sample(
                    new SelfAttentiveMetaEmbedding(width, hidden, activation),
                    reference -> reference::attentionScores));

    private interface Sampler {
        Sample of(Long width, Long hidden, Activation activation);
    }

    private interface PlainScores {
        ContextReference.Scores with(ContextReference reference);
    }

    private record Sample(ContextCombiner combiner, PlainScores scores) {}

    /** A combiner with parameters, and texts: for each, for each source, its tokens' vectors. */
    private record Case(
            Sample sample, Activation activation, Map<String, TensorData> parameters, List<List<double[][]>> texts) {

        static Case random(Class<? extends ContextCombiner> type, Random random) {
            Activation activation = random.nextBoolean() ? Activation.SOFTMAX : Activation.SIGMOID;
            Sample sample = Objects.requireNonNull(SAMPLES.get(type))
                    .of(1 + random.nextLong(9), 1 + random.nextLong(7), activation);
            List<Long> widths = LongStream.range(0, 1 + random.nextInt(3))
                    .map(i -> 1 + random.nextLong(9))
                    .boxed()
                    .toList();
            Map<String, TensorData> parameters = new LinkedHashMap<>();
            sample.combiner
                    .parameters(widths)
                    .forEach(spec -> parameters.put(spec.name(), normal(random, spec.shape())));
            List<List<double[][]>> texts = new ArrayList<>();
            int count = 1 + random.nextInt(4);
            for (int t = 0; t < count; t++) {
                int tokens = 1 + random.nextInt(9);
                texts.add(widths.stream().map(w -> vectors(random, tokens, w)).toList());
            }
            return new Case(sample, activation, parameters, texts);
        }

        double[][] reference(int text) {
            ContextReference reference = new ContextReference(parameters, activation);
            return reference.combine(texts.get(text), sample.scores.with(reference));
        }
    }

    /** Where the tokens of each text stand in a batch of one length. */
    private record Layout(int length, List<int[]> places) {

        static Layout right(Case given) {
            return new Layout(
                    longest(given),
                    given.texts.stream().map(t -> range(tokens(t), 0)).toList());
        }

        static Layout anywhere(Case given, Random random) {
            int length = longest(given) + random.nextInt(6);
            return new Layout(
                    length,
                    given.texts.stream()
                            .map(t -> random.ints(0, length)
                                    .distinct()
                                    .limit(tokens(t))
                                    .sorted()
                                    .toArray())
                            .toList());
        }

        static Layout left(Case given) {
            int length = longest(given) + 2;
            return new Layout(
                    length,
                    given.texts.stream()
                            .map(t -> range(tokens(t), length - tokens(t)))
                            .toList());
        }

        private static int longest(Case given) {
            return given.texts.stream().mapToInt(Layout::tokens).max().orElseThrow();
        }

        private static int tokens(List<double[][]> text) {
            return text.getFirst().length;
        }

        private static int[] range(int count, int from) {
            return java.util.stream.IntStream.range(from, from + count).toArray();
        }
    }

    static Stream<Arguments> combinersAndSeeds() {
        return ContextCombiners.all().entrySet().stream()
                .flatMap(entry -> LongStream.rangeClosed(1, SEEDS)
                        .mapToObj(seed -> Arguments.of(entry.getKey(), entry.getValue(), seed)));
    }

    @Test
    void samples_cover_everyRegisteredCombiner() {
        assertThat(SAMPLES.keySet())
                .containsExactlyInAnyOrderElementsOf(ContextCombiners.all().values());
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void texts_paddedOnTheRight_areThePlainComputation(
            String method, Class<? extends ContextCombiner> type, long seed) {
        Random random = new Random(seed);
        Case given = Case.random(type, random);
        requireReference(given, Layout.right(given), random);
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void padding_anywhere_changesNoToken(String method, Class<? extends ContextCombiner> type, long seed) {
        Random random = new Random(seed);
        Case given = Case.random(type, random);
        requireReference(given, Layout.left(given), random);
        requireReference(given, Layout.anywhere(given, random), random);
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void text_ofPaddingAlone_isFinite(String method, Class<? extends ContextCombiner> type, long seed) {
        Random random = new Random(seed);
        Case given = Case.random(type, random);
        Layout layout = new Layout(3, given.texts.stream().map(t -> new int[0]).toList());
        assertThat(run(given, layout, random).toFloatArray()).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY);
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("combinersAndSeeds")
    void averageStart_ofSourcesOfOneWidth_isTheAverage(
            String method, Class<? extends ContextCombiner> type, long seed) {
        Random random = new Random(seed);
        Case drawn = Case.random(type, random);
        long width = drawn.sample.combiner.outputWidth(List.of(1L));
        int models = 1 + random.nextInt(3);
        List<Long> widths =
                LongStream.generate(() -> width).limit(models).boxed().toList();
        Combination combination = Combination.of(drawn.sample.combiner);
        Parameters start = Parameters.resolve(new ParameterSource.AverageStart(), combination.parameters(widths));
        List<double[][]> text = widths.stream().map(w -> vectors(random, 5, w)).toList();
        Case given = new Case(drawn.sample, drawn.activation, start.tensors(), List.of(text));
        float[] average = new float[(int) (5 * width)];
        for (double[][] source : text) {
            for (int i = 0; i < average.length; i++) {
                average[i] += (float) (source[i / (int) width][i % (int) width] / models);
            }
        }
        assertThat(run(given, Layout.right(given), random).toFloatArray()).containsExactly(average, within(1e-6f));
        assertThat(new Average().outputWidth(widths)).isEqualTo(width);
    }

    private static void requireReference(Case given, Layout layout, Random random) {
        TensorData result = run(given, layout, random);
        long width = result.dim(2);
        float[] got = result.toFloatArray();
        for (float value : got) {
            assertThat(value).isFinite();
        }
        for (int t = 0; t < given.texts.size(); t++) {
            double[][] expected = given.reference(t);
            int[] places = layout.places.get(t);
            for (int s = 0; s < places.length; s++) {
                for (int k = 0; k < width; k++) {
                    int index = (int) ((t * layout.length + places[s]) * width) + k;
                    assertThat((double) got[index])
                            .as("%s, text %d, token %d", given.sample.combiner, t, s)
                            .isCloseTo(expected[s][k], within(1e-5 * Math.max(1, Math.abs(expected[s][k]))));
                }
            }
        }
    }

    /** Runs the graph; what stands at padding is noise. */
    private static TensorData run(Case given, Layout layout, Random random) {
        int batch = given.texts.size();
        int sources = given.texts.getFirst().size();
        long[] mask = new long[batch * layout.length];
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (int i = 0; i < sources; i++) {
            int width = given.texts.getFirst().get(i)[0].length;
            float[] elements = new float[batch * layout.length * width];
            for (int e = 0; e < elements.length; e++) {
                elements[e] = (float) (10 * random.nextGaussian());
            }
            for (int t = 0; t < batch; t++) {
                int[] places = layout.places.get(t);
                for (int s = 0; s < places.length; s++) {
                    int row = t * layout.length + places[s];
                    mask[row] = 1;
                    for (int k = 0; k < width; k++) {
                        elements[row * width + k] = (float) given.texts.get(t).get(i)[s][k];
                    }
                }
            }
            inputs.put("x" + i, TensorData.of(List.of((long) batch, (long) layout.length, (long) width), elements));
        }
        inputs.put("mask", TensorData.of(List.of((long) batch, (long) layout.length), mask));
        return run(given, inputs);
    }

    private static TensorData run(Case given, Map<String, TensorData> inputs) {
        var model = TestModels.model(ops -> {
            List<Value> sources = new ArrayList<>();
            Map<String, Value> parameters = new LinkedHashMap<>();
            given.parameters.forEach((name, tensor) -> parameters.put(name, ops.constant(name, tensor)));
            for (int i = 0; i < inputs.size() - 1; i++) {
                long width = Objects.requireNonNull(inputs.get("x" + i)).dim(2);
                sources.add(ops.graph()
                        .addInput(
                                "x" + i,
                                new TensorType(DType.FLOAT, Shape.of(Dim.of("B"), Dim.of("S"), Dim.of(width)))));
            }
            Value mask = ops.graph().addInput("mask", new TensorType(DType.INT64, Shape.of(Dim.of("B"), Dim.of("S"))));
            Value result = Combination.of(given.sample.combiner).emit(ops, sources, mask, parameters);
            List<Long> widths = sources.stream()
                    .map(s -> Objects.requireNonNull(inputs.get(s.name())).dim(2))
                    .toList();
            long width = given.sample.combiner.outputWidth(widths);
            assertThat(Objects.requireNonNull(result.type()))
                    .isEqualTo(new TensorType(DType.FLOAT, Shape.of(Dim.of("B"), Dim.of("S"), Dim.of(width))));
            TestModels.output(ops, "y", result);
        });
        try (Session session = TableTesting.RUNTIME.open(model, new SessionOptions(Device.CPU, 1))) {
            return session.run(inputs, "y");
        }
    }

    private static double[][] vectors(Random random, int tokens, long width) {
        double[][] vectors = new double[tokens][(int) width];
        for (double[] vector : vectors) {
            for (int k = 0; k < vector.length; k++) {
                // The float that the graph gets.
                vector[k] = (float) random.nextGaussian();
            }
        }
        return vectors;
    }

    private static TensorData normal(Random random, List<Long> shape) {
        float[] elements = new float[(int) TensorData.elementCount(shape)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) (0.7 * random.nextGaussian());
        }
        return TensorData.of(shape, elements);
    }
}
