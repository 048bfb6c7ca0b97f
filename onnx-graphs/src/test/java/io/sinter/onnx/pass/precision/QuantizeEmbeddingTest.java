package io.sinter.onnx.pass.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Ort;
import io.sinter.onnx.pass.PassResult;
import io.sinter.onnx.pass.Prune;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizeEmbeddingTest {

    private static final long ROWS = 50;
    private static final long WIDTH = 64;
    private static final long SEED = 20_261_123;

    private final Graph graph = new Graph("g");
    private final Ops ops = new Ops(graph, 17);
    private final Value ids =
            graph.addInput("input_ids", new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence"))));
    private final TensorData floats = random(ROWS, WIDTH);
    private final Value table = ops.constant("words", floats);

    private static TensorData random(long rows, long width) {
        Random random = new Random(SEED);
        float[] values = new float[Math.toIntExact(rows * width)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(List.of(rows, width), values);
    }

    private Model model() {
        Model model = new Model(graph, 10);
        model.setOpset("", 17);
        MicrosoftOps.importInto(model);
        return model;
    }

    private PassResult run(EmbeddingFormat format) {
        Model model = model();
        PassResult result = new QuantizeEmbedding("words", format).run(model);
        new Prune().run(model);
        assertThat(Verifier.check(model)).isEmpty();
        return result;
    }

    private TensorData allRows() {
        long[] all = new long[(int) ROWS];
        Arrays.setAll(all, i -> i);
        TensorData y = Ort.run(model(), Map.of("input_ids", TensorData.of(List.of(1L, ROWS), all)))
                .get("y");
        return Objects.requireNonNull(y).reshape(List.of(ROWS, WIDTH));
    }

    private void output(Value value) {
        graph.rename(value, "y");
        graph.addOutput(value);
    }

    @Test
    void int8_looksUpNearlyTheSameRows() {
        output(ops.gather(table, ids, 0));

        run(EmbeddingFormat.INT8);

        assertThat(Arrays.stream(Rows.cosine(allRows(), floats)).min().orElse(0))
                .as("seed %d", SEED)
                .isGreaterThan(0.9999);
        assertThat(graph.value("words")).isNull();
        assertThat(graph.initializers().stream()
                        .mapToLong(v ->
                                Objects.requireNonNull(v.initializer()).data().byteSize())
                        .sum())
                .isEqualTo(ROWS * (WIDTH + 4));
    }

    @Test
    void int4_looksUpNearlyTheSameRows() {
        output(ops.gather(table, ids, 0));

        run(EmbeddingFormat.INT4);

        assertThat(Arrays.stream(Rows.cosine(allRows(), floats)).min().orElse(0))
                .as("seed %d", SEED)
                .isGreaterThan(0.99);
        assertThat(graph.initializers().stream()
                        .mapToLong(v ->
                                Objects.requireNonNull(v.initializer()).data().byteSize())
                        .sum())
                .isEqualTo(ROWS * (WIDTH / 2 + 4 * WIDTH / 32));
    }

    @Test
    void int8WithTiedHead_keepsNoFloatTable() {
        output(ops.gather(table, ids, 0));
        Value hidden = graph.addInput("hidden", new TensorType(DType.FLOAT, Shape.of(Dim.of("n"), Dim.of(WIDTH))));
        graph.addOutput(ops.matMul(hidden, ops.transpose(table, 1, 0)));

        PassResult result = run(EmbeddingFormat.INT8);

        assertThat(result.changes()).hasSize(2);
        assertThat(graph.value("words")).isNull();
    }

    @Test
    void int4WithTiedHead_saysThatTheTableStays() {
        output(ops.gather(table, ids, 0));
        graph.addOutput(ops.transpose(table, 1, 0));

        assertThat(run(EmbeddingFormat.INT4).refusals())
                .singleElement()
                .asString()
                .startsWith("\"words\" stays in float32 too, for Transpose");
    }

    @Test
    void fusedEmbedding_isWrittenOut() {
        Value mask = graph.addInput("mask", new TensorType(DType.INT32, Shape.of(Dim.of("batch"), Dim.of("sequence"))));
        Value integers = ops.cast(ids, DType.INT32);
        Value positions = ops.constant("positions", random(60, WIDTH));
        Value gamma = ops.constant("gamma", random(1, WIDTH).reshape(List.of(WIDTH)));
        Value beta = ops.constant("beta", random(2, WIDTH).rows(1, 2).reshape(List.of(WIDTH)));
        MicrosoftOps.Embedded embedded = new MicrosoftOps(ops)
                .embedLayerNormalization(
                        new MicrosoftOps.Tokens(integers, null, null),
                        new MicrosoftOps.Tables(table, positions, null),
                        new MicrosoftOps.Norm(gamma, beta, 1e-5f),
                        mask);
        output(embedded.output());
        graph.rename(embedded.lengths(), "lengths");
        graph.addOutput(embedded.lengths());
        TensorData masks = TensorData.allocate(DType.INT32, List.of(2L, 3L));
        for (int i = 0; i < 5; i++) {
            masks.data().setAtIndex(TensorData.I32, i, 1);
        }
        Map<String, TensorData> inputs =
                Map.of("input_ids", TensorData.of(List.of(2L, 3L), 1, 2, 3, 4, 5, 0), "mask", masks);
        Map<String, TensorData> expected = Ort.run(model(), inputs);

        run(EmbeddingFormat.INT8);

        Map<String, TensorData> actual = Ort.run(model(), inputs);
        TensorData y = Objects.requireNonNull(actual.get("y")).reshape(List.of(6L, WIDTH));
        TensorData before = Objects.requireNonNull(expected.get("y")).reshape(List.of(6L, WIDTH));
        assertThat(Arrays.stream(Rows.cosine(y, before)).min().orElse(0)).isGreaterThan(0.9999);
        assertThat(Objects.requireNonNull(actual.get("lengths"))
                        .contentEquals(Objects.requireNonNull(expected.get("lengths"))))
                .isTrue();
        assertThat(graph.nodes()).noneMatch(n -> n.opType().equals("EmbedLayerNormalization"));
    }

    @Test
    void tableThatIsNone_isRefused() {
        output(ops.gather(table, ids, 0));

        assertThatThrownBy(() -> new QuantizeEmbedding("other", EmbeddingFormat.INT8).run(model()))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("embedding: \"other\" is no constant, expected a constant FLOAT table [V, d]");
    }

    @Test
    void skip_matchesNamesOfNodesWeightsAndValues() {
        output(ops.gather(table, ids, 0));

        assertThat(new Skip(List.of("wor?s", "y", "Gath*", "nothing*", "ord")).unmatched(graph))
                .containsExactly("nothing*", "ord");
    }
}
