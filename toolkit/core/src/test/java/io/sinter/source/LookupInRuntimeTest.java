package io.sinter.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the finder says of a quantised or fused table is what ONNX Runtime computes with it. */
class LookupInRuntimeTest {

    private static final long SEED = 11;

    private final LookupGraph g = new LookupGraph();
    private final Random random = new Random(SEED);

    @ParameterizedTest
    @CsvSource({
        "UINT8, 4, false",
        "UINT8, 4, true",
        "UINT8, 8, false",
        "UINT8, 8, true",
        "UINT4, 4, false",
        "UINT4, 4, true",
        "INT4, 4, false",
        "INT4, 4, true"
    })
    void gatherBlockQuantized_dequantisesAsTheRuntimeDoes(DType dtype, int bits, boolean withZeroPoints) {
        long rows = 6;
        long width = 48;
        long columns = dtype == DType.UINT8 && bits == 4 ? width / 2 : width;
        Value ids = g.input("input_ids");
        Value codes = g.floats("codes", randomBits(dtype, List.of(rows, columns)));
        float[] scales = new float[(int) (rows * 3)];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = 0.01f + random.nextFloat();
        }
        Value scale = g.floats("scales", TensorData.of(List.of(rows, 3L), scales));
        long zeroColumns = dtype == DType.UINT8 && bits == 4 ? 2 : 3;
        Value zeros = withZeroPoints ? g.floats("zeros", randomBits(dtype, List.of(rows, zeroColumns))) : null;
        Map<String, Attribute> attributes = Map.of("bits", Attribute.of(bits), "block_size", Attribute.of(16));
        g.output(
                zeros == null
                        ? g.node("com.microsoft", "GatherBlockQuantized", attributes, codes, ids, scale)
                        : g.node("com.microsoft", "GatherBlockQuantized", attributes, codes, ids, scale, zeros));

        assertTableIsWhatTheLookupGives(rows);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void dequantizeLinear_byAxis_dequantisesAsTheRuntimeDoes(long axis) {
        Value ids = g.input("input_ids");
        Value codes = g.floats("codes", randomBits(DType.INT8, List.of(5L, 3L)));
        float[] scales = axis == 0 ? new float[] {1, 2, 3, 4, 5} : new float[] {0.5f, 0.25f, 2};
        Value zeros = g.floats("zeros", randomBits(DType.INT8, List.of((long) scales.length)));
        g.output(g.node(
                "Gather",
                g.node(
                        "",
                        "DequantizeLinear",
                        Map.of("axis", Attribute.of(axis)),
                        codes,
                        g.floats("scales", TensorData.vector(scales)),
                        zeros),
                ids));

        assertTableIsWhatTheLookupGives(5);
    }

    /** What {@code optimize --embedding int8} writes. */
    @Test
    void rowsScaledAfterTheLookup_areDequantisedAsTheRuntimeDoes() {
        Value ids = g.input("input_ids");
        Value codes = g.floats("codes", randomBits(DType.INT8, List.of(5L, 3L)));
        Value scales = g.floats("scales", TensorData.of(List.of(5L, 1L), 1f, 0.5f, 0.25f, 2f, 4f));
        Value rows = g.node("", "Cast", Map.of("to", Attribute.of(1)), g.node("Gather", codes, ids));
        g.output(g.node("Mul", rows, g.node("Gather", scales, ids)));

        assertTableIsWhatTheLookupGives(5);
    }

    /** The way to splice other vectors into a fused lookup that {@link TokenLookup} describes. */
    @Test
    void embedLayerNormalization_readsSplicedVectorsAsATableOfTheirOwn() {
        Value ids = g.input("input_ids");
        Value table = g.table("words", 7, 4);
        Value positions = g.floats("positions", LookupGraph.matrix(5, 4));
        Value gamma = g.floats("gamma", TensorData.vector(1f, 2f, 3f, 4f));
        Value beta = g.floats("beta", TensorData.vector(0.1f, 0.2f, 0.3f, 0.4f));
        Value ints = g.node("", "Cast", Map.of("to", Attribute.of(6)), ids);
        Node fusedNode = new Node(
                "com.microsoft",
                "EmbedLayerNormalization",
                Arrays.asList(ints, null, table, positions, null, gamma, beta),
                Map.of());
        g.output(g.graph.addNode(fusedNode, List.of("fused", "mask_index")).output());
        float[] fused = run(TensorData.of(List.of(1L, 4L), 6L, 0L, 2L, 2L)).toFloatArray();

        TokenLookup lookup =
                EmbeddingTableFinder.find("test", g.graph).lookups().getFirst();
        float[] rows =
                table.initializer() == null ? new float[0] : table.initializer().toFloatArray();
        float[] vectors = new float[16];
        long[] looked = {6, 0, 2, 2};
        for (int i = 0; i < 16; i++) {
            vectors[i] = rows[(int) looked[i / 4] * 4 + i % 4];
        }
        Value spliced = g.floats("spliced", TensorData.of(List.of(4L, 4L), vectors));
        lookup.node().setInput(lookup.tableInput(), spliced);

        assertThat(run(TensorData.of(List.of(1L, 4L), 0L, 1L, 2L, 3L)).toFloatArray())
                .containsExactly(fused);
    }

    private void assertTableIsWhatTheLookupGives(long rows) {
        EmbeddingTable table = EmbeddingTableFinder.find("test", g.graph);
        long[] all = new long[(int) rows];
        for (int i = 0; i < rows; i++) {
            all[i] = i;
        }
        TensorData got = run(TensorData.of(List.of(1L, rows), all));

        assertThat(table.data().shape()).isEqualTo(List.of(rows, table.width()));
        assertThat(table.data().toFloatArray()).as("seed %d", SEED).containsExactly(got.toFloatArray(), within(1e-6f));
    }

    private TensorData run(TensorData ids) {
        Model model = new Model(g.graph, 10);
        model.setOpset("", 21);
        model.setOpset("com.microsoft", 1);
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            return session.run(Map.of("input_ids", ids), List.of("y")).getOrDefault("y", ids);
        }
    }

    private TensorData randomBits(DType dtype, List<Long> shape) {
        byte[] bytes = new byte[(int) dtype.byteSize(TensorData.elementCount(shape))];
        random.nextBytes(bytes);
        return new TensorData(dtype, shape, MemorySegment.ofArray(bytes));
    }
}
