package io.sinter.pooling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PoolingTest {

    @ParameterizedTest
    @CsvSource({
        "bert_base, CLS, cls",
        "bert_base, MEAN, mean",
        "bert_base, MAX, max",
        "bert_base, LAST_TOKEN, lasttoken",
        "bert_base, WEIGHTED_MEAN, weightedmean",
        "bert_base, MEAN_SQRT_LEN, mean_sqrt_len_tokens",
        "qwen3_left_st, CLS, cls",
        "qwen3_left_st, MEAN, mean",
        "qwen3_left_st, MAX, max",
        "qwen3_left_st, LAST_TOKEN, lasttoken",
        "qwen3_left_st, WEIGHTED_MEAN, weightedmean",
        "qwen3_left_st, MEAN_SQRT_LEN, mean_sqrt_len_tokens"
    })
    void everyMode_givesTheGoldenVectors_inJavaAndInAGraph(String model, Pooling pooling, String name) {
        SafetensorsFile golden = golden(model);
        TensorData tokens = golden.tensor("last_hidden_state");
        TensorData mask = golden.tensor("attention_mask");
        TensorData expected = golden.tensor("pooled." + name);

        assertClose(Pooler.pool(tokens, mask, pooling), expected, 5e-6f);
        assertClose(inGraph(tokens, mask, pooling, Normalization.NONE), expected, 5e-6f);
    }

    @Test
    void meanScaledToLengthOne_givesTheGoldenVectors() {
        SafetensorsFile golden = golden("bert_base");
        TensorData tokens = golden.tensor("last_hidden_state");
        TensorData mask = golden.tensor("attention_mask");
        TensorData expected = golden.tensor("pooled.mean_normalized");

        TensorData pooled = Pooler.pool(tokens, mask, Pooling.MEAN);
        assertClose(Pooler.normalize(pooled, Normalization.UNIT_LENGTH), expected, 5e-6f);
        assertClose(inGraph(tokens, mask, Pooling.MEAN, Normalization.UNIT_LENGTH), expected, 5e-6f);
    }

    @ParameterizedTest
    @EnumSource
    void javaAndGraph_giveTheSame_alsoForTextsWithoutTokens(Pooling pooling) {
        long seed = 20;
        Random random = new Random(seed);
        for (int round = 0; round < 5; round++) {
            int batch = 1 + random.nextInt(4);
            int length = 1 + random.nextInt(9);
            int width = 1 + random.nextInt(7);
            float[] values = new float[batch * length * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            long[] mask = random.longs(batch * (long) length, 0, 2).toArray();
            TensorData tokens = TensorData.of(List.of((long) batch, (long) length, (long) width), values);
            TensorData masks = TensorData.of(List.of((long) batch, (long) length), mask);
            TensorData inJava = Pooler.normalize(Pooler.pool(tokens, masks, pooling), Normalization.UNIT_LENGTH);

            assertClose(inGraph(tokens, masks, pooling, Normalization.UNIT_LENGTH), inJava, 1e-6f);
        }
        TensorData tokens = TensorData.of(List.of(1L, 2L, 1L), 3f, 4f);
        TensorData none = TensorData.of(List.of(1L, 2L), 0L, 0L);
        float expected = pooling == Pooling.CLS || pooling == Pooling.LAST_TOKEN ? 3 : 0;
        assertThat(Pooler.pool(tokens, none, pooling).toFloatArray()).containsExactly(expected);
        assertThat(inGraph(tokens, none, pooling, Normalization.NONE).toFloatArray())
                .containsExactly(expected);
    }

    @Test
    void staticEmbedding_looksUpPoolsAndScales() {
        TensorData table = TensorData.of(List.of(4L, 2L), 0, 0, 3, 4, 1, 0, 9, 9);
        Model model = StaticEmbedding.of(table, Pooling.MEAN, Normalization.UNIT_LENGTH);

        Map<String, TensorData> outputs = run(
                model,
                Map.of(
                        "input_ids", TensorData.of(List.of(2L, 3L), 1L, 1L, 3L, 2L, 0L, 0L),
                        "attention_mask", TensorData.of(List.of(2L, 3L), 1L, 1L, 0L, 1L, 0L, 0L)),
                List.of("sentence_embedding", "token_embeddings"));

        assertClose(
                outputs.getOrDefault("sentence_embedding", table),
                TensorData.of(List.of(2L, 2L), 0.6f, 0.8f, 1, 0),
                1e-6f);
        assertThat(outputs.getOrDefault("token_embeddings", table).toFloatArray())
                .containsExactly(3, 4, 3, 4, 9, 9, 1, 0, 0, 0, 0, 0);
    }

    @Test
    void staticEmbedding_ofTwoTables_combinesWhatTheFunctionSays() {
        TensorData first = TensorData.of(List.of(2L, 2L), 1, 2, 3, 4);
        TensorData second = TensorData.of(List.of(2L, 1L), 5, 6);
        Model model = StaticEmbedding.of(
                (ops, ids) -> ops.concat(
                        -1,
                        List.of(
                                StaticEmbedding.lookup(ops, "first", first, ids),
                                StaticEmbedding.lookup(ops, "second", second, ids))),
                Pooling.MAX,
                Normalization.NONE);

        Map<String, TensorData> outputs = run(
                model,
                Map.of(
                        "input_ids", TensorData.of(List.of(1L, 2L), 0L, 1L),
                        "attention_mask", TensorData.of(List.of(1L, 2L), 1L, 1L)),
                List.of("sentence_embedding"));

        assertThat(outputs.getOrDefault("sentence_embedding", first).toFloatArray())
                .containsExactly(3, 4, 6);
    }

    private static SafetensorsFile golden(String model) {
        return SafetensorsFile.open(Path.of("src/test/resources/golden/models", model, "golden.safetensors"));
    }

    private static TensorData inGraph(
            TensorData tokens, TensorData mask, Pooling pooling, Normalization normalization) {
        Graph graph = new Graph("pooling");
        Value x = graph.addInput(
                "x", new TensorType(DType.FLOAT, Shape.of(Dim.of("B"), Dim.of("S"), Dim.of(tokens.dim(2)))));
        Value m = graph.addInput("m", new TensorType(DType.INT64, Shape.of(Dim.of("B"), Dim.of("S"))));
        Ops ops = new Ops(graph, 17);
        Value y = PoolingGraph.normalize(ops, PoolingGraph.pool(ops, x, m, pooling), normalization);
        graph.rename(y, "y");
        graph.addOutput(y);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return run(model, Map.of("x", tokens, "m", mask), List.of("y")).getOrDefault("y", mask);
    }

    private static Map<String, TensorData> run(Model model, Map<String, TensorData> inputs, List<String> outputs) {
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            return session.run(inputs, outputs);
        }
    }

    private static void assertClose(TensorData got, TensorData expected, float tolerance) {
        assertThat(got.shape()).isEqualTo(expected.shape());
        assertThat(got.toFloatArray()).containsExactly(expected.toFloatArray(), within(tolerance));
    }
}
