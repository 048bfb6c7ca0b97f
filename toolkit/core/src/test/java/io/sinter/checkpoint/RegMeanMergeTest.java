package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.RandomWeights;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.RecipeException;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.Companions;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RegMean of tiny BERTs of random weights, run over texts. */
class RegMeanMergeTest {

    private static final Path BERT = Path.of("src/test/resources/golden/models/bert_st_mean");
    private static final String QUERY = "encoder.layer.0.attention.self.query.weight";
    private static final int WIDTH = 28;
    private static final String BOTH = """
            merge_method: regmean
            models:
              - {model: a, texts: a.txt}
              - {model: b, texts: b.txt}
            """;

    @TempDir
    private Path folder;

    private TinyCheckpoints tiny;
    private Map<String, TensorData> a = Map.of();
    private Map<String, TensorData> b = Map.of();

    @BeforeEach
    void setUp() throws IOException {
        tiny = new TinyCheckpoints(folder);
        a = model("a", 1);
        b = model("b", 2);
        tiny.write("a.txt", "the cat sat on the mat\n\na dog\n");
        tiny.write("b.txt", "rain in the hills\nthe dog ran home in the rain\n");
    }

    private Map<String, TensorData> model(String name, long seed) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(BERT.resolve(file), directory.resolve(file));
        }
        RandomWeights weights = new RandomWeights(seed, 0.5, Head.NONE);
        EncoderGraph.build(
                ModelConfig.read(BERT.resolve("config.json")), weights, BuildOptions.PORTABLE.withHead(Head.NONE));
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights.tensors(), Map.of());
        return weights.tensors();
    }

    private static double[][] table(Map<String, TensorData> model, String name, int width) {
        float[] values = model.getOrDefault(name, TensorData.scalar(0f)).toFloatArray();
        double[][] rows = new double[values.length / width][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }

    /** What the first layer's queries are made of: the sum of three embeddings, normalised. In double, from the definition. */
    private List<double[]> inputs(Map<String, TensorData> model, List<String> texts) {
        double[][] words = table(model, "embeddings.word_embeddings.weight", WIDTH);
        double[][] places = table(model, "embeddings.position_embeddings.weight", WIDTH);
        double[][] types = table(model, "embeddings.token_type_embeddings.weight", WIDTH);
        List<double[]> inputs = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.open(Companions.read(BERT).tokenizer(), 33)) {
            for (Encoding text : tokenizer.encode(texts)) {
                long[] ids = text.ids().toLongArray();
                for (int s = 0; s < ids.length; s++) {
                    double[] x = new double[WIDTH];
                    for (int i = 0; i < WIDTH; i++) {
                        x[i] = words[(int) ids[s]][i] + places[s][i] + types[0][i];
                    }
                    inputs.add(normalized(x));
                }
            }
        }
        return inputs;
    }

    /** Norms of random models scale by 1 and shift by 0. */
    private static double[] normalized(double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        return Arrays.stream(x)
                .map(v -> (v - mean) / Math.sqrt(variance + 1e-12))
                .toArray();
    }

    private static double[][] moments(List<double[]> inputs, double alpha) {
        double[][] moments = new double[WIDTH][WIDTH];
        for (double[] x : inputs) {
            for (int i = 0; i < WIDTH; i++) {
                for (int j = 0; j < WIDTH; j++) {
                    moments[i][j] += (i == j ? 1 : alpha) * x[i] * x[j] / inputs.size();
                }
            }
        }
        return moments;
    }

    /** Gauss–Jordan with the largest pivot of each column. */
    private static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        double[][] m = new double[n][];
        for (int i = 0; i < n; i++) {
            m[i] = Arrays.copyOf(matrix[i], n + 1);
            m[i][n] = right[i];
        }
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                pivot = Math.abs(m[row][column]) > Math.abs(m[pivot][column]) ? row : pivot;
            }
            double[] taken = m[pivot];
            m[pivot] = m[column];
            m[column] = taken;
            for (int row = 0; row < n; row++) {
                double factor = row == column ? 0 : m[row][column] / taken[column];
                for (int j = column; j <= n; j++) {
                    m[row][j] -= factor * taken[j];
                }
            }
        }
        double[] solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = m[i][n] / m[i][i];
        }
        return solution;
    }

    @Test
    void firstLayer_isTheRegression_overItsInputsByTheDefinition() {
        tiny.merge(BOTH + "parameters: {alpha: 0.8}\n");
        double[][] one = moments(inputs(a, List.of("the cat sat on the mat", "a dog")), 0.8);
        double[][] other = moments(inputs(b, List.of("rain in the hills", "the dog ran home in the rain")), 0.8);
        double[][] sum = new double[WIDTH][WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            for (int j = 0; j < WIDTH; j++) {
                sum[i][j] = one[i][j] + other[i][j];
            }
        }
        double[][] wa = table(a, QUERY, WIDTH);
        double[][] wb = table(b, QUERY, WIDTH);
        double[][] merged = table(Map.of(QUERY, tiny.merged(QUERY)), QUERY, WIDTH);
        for (int out = 0; out < WIDTH; out++) {
            double[] right = new double[WIDTH];
            for (int i = 0; i < WIDTH; i++) {
                for (int j = 0; j < WIDTH; j++) {
                    right[i] += one[i][j] * wa[out][j] + other[i][j] * wb[out][j];
                }
            }
            double[] expected = solve(sum, right);
            for (int i = 0; i < WIDTH; i++) {
                assertThat(merged[out][i]).as("[%d, %d]", out, i).isCloseTo(expected[i], within(1e-4));
            }
        }
    }

    @Test
    void tablesAndShifts_areAveraged() {
        tiny.merge("""
                merge_method: regmean
                models:
                  - {model: a, parameters: {weight: 3}}
                  - {model: b, parameters: {weight: 1}, texts: b.txt}
                texts: a.txt
                """);
        for (String name : List.of("embeddings.word_embeddings.weight", "encoder.layer.1.output.dense.bias")) {
            float[] one = a.getOrDefault(name, TensorData.scalar(0f)).toFloatArray();
            float[] other = b.getOrDefault(name, TensorData.scalar(0f)).toFloatArray();
            float[] merged = tiny.merged(name).toFloatArray();
            for (int i = 0; i < merged.length; i++) {
                assertThat(merged[i]).isCloseTo((3 * one[i] + other[i]) / 4, within(1e-6f));
            }
        }
    }

    @Test
    void modelWithItself_isItself_toTheBit() throws IOException {
        model("same", 1);
        tiny.merge("merge_method: regmean\nmodels: [{model: a}, {model: same, texts: b.txt}]\ntexts: a.txt\n");
        a.forEach((name, tensor) -> assertThat(Arrays.mismatch(tiny.merged(name).toFloatArray(), tensor.toFloatArray()))
                .as(name)
                .isEqualTo(-1));
    }

    @Test
    void base_withLambda0_isTheBase() throws IOException {
        Map<String, TensorData> base = model("base", 3);
        tiny.merge(BOTH + "base_model: base\nparameters: {lambda: 0}\n");
        base.forEach(
                (name, tensor) -> assertThat(Arrays.mismatch(tiny.merged(name).toFloatArray(), tensor.toFloatArray()))
                        .as(name)
                        .isEqualTo(-1));
    }

    private void assertRefused(String recipe, Class<? extends Exception> type, String... parts) {
        assertThatThrownBy(() -> tiny.merge(recipe)).isInstanceOf(type).hasMessageContainingAll(parts);
    }

    @Test
    void texts_thatAreMissing_areAskedFor() {
        assertRefused(
                "merge_method: regmean\nmodels: [{model: a, texts: a.txt}, {model: b}]",
                RecipeException.class,
                "regmean runs b over texts",
                "texts: FILE");
        assertRefused(BOTH.replace("b.txt", "c.txt"), MissingException.class, "merge.yaml:4", "c.txt: no such file");
        assertRefused(
                "merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 1}\ntexts: a.txt",
                RecipeException.class,
                "merge.yaml:4",
                "linear does not run the models");
        tiny.write("b.txt", "\n \n");
        assertRefused(BOTH, MalformedException.class, "b.txt: has no text");
    }

    @Test
    void slices_areRefused() {
        assertRefused(
                "merge_method: regmean\ntexts: a.txt\nslices: [{sources: [{model: a, layer_range: [0, 1]}]}]",
                RecipeException.class,
                "regmean runs whole models");
    }

    @Test
    void lambda_withoutABase_isRefused() {
        assertRefused(BOTH + "parameters: {lambda: 0.5}", RecipeException.class, "lambda is 0.5", "base_model");
    }
}
