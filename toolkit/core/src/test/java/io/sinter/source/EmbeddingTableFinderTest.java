package io.sinter.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddingTableFinderTest {

    private final LookupGraph g = new LookupGraph();

    private EmbeddingTable find() {
        return EmbeddingTableFinder.find("test.onnx", g.graph);
    }

    @Test
    void gatherOfInputIds_amongTypesAndPositions_isFoundWhateverTheNames() {
        Value ids = g.input("input_ids");
        Value types = g.input("token_type_ids");
        Value words = g.table("position_embeddings.weight", 7, 3);
        Value positions = g.table("word_embeddings.weight", 9, 3);
        Value typeTable = g.table("token_type_embeddings.weight", 2, 3);
        Value range = g.node(
                "Range",
                g.constant(TensorData.scalar(0L)),
                g.constant(TensorData.scalar(4L)),
                g.constant(TensorData.scalar(1L)));
        g.node("Gather", positions, g.node("Unsqueeze", range));
        Value vectors = g.node("Gather", words, ids);
        g.node("Gather", typeTable, types);

        EmbeddingTable found = find();

        assertThat(found.stored().weight()).isSameAs(words);
        assertThat(found.inputIds()).isSameAs(ids);
        assertThat(found.rows()).isEqualTo(7);
        assertThat(found.width()).isEqualTo(3);
        assertThat(found.data()).isSameAs(words.initializer());
        assertThat(found.lookups()).hasSize(1);
        assertThat(found.lookups().getFirst().vectors()).containsSame(vectors);
        assertThat(found.lookups().getFirst().ids()).isSameAs(ids);
        assertThat(found.others()).extracting(OtherTable::table).containsExactlyInAnyOrder(positions, typeTable);
        assertThat(found.others())
                .filteredOn(o -> o.table() == typeTable)
                .extracting(OtherTable::index)
                .containsExactly(new IndexSource.Input(types));
    }

    @Test
    void idsThroughCastReshapeIdentity_reachTheTable() {
        Value ids = g.input("tokens");
        Value shaped = g.node("Reshape", g.node("Cast", g.node("Identity", ids)), g.constant(TensorData.vector(-1L)));
        Value table = g.table("t", 5, 2);
        g.node("Gather", g.node("Cast", g.node("Identity", table)), shaped);

        assertThat(find().stored().weight()).isSameAs(table);
        assertThat(find().inputIds()).isSameAs(ids);
    }

    @Test
    void constantNode_isATable() {
        Value ids = g.input("input_ids");
        Value table = g.constant(LookupGraph.matrix(4, 2));
        g.node("Gather", table, ids);

        assertThat(find().stored().weight()).isSameAs(table);
    }

    @Test
    void severalUnnamedInputs_mostRowsWins() {
        g.node("Gather", g.table("small", 3, 2), g.input("a"));
        Value big = g.table("big", 8, 2);
        g.node("Gather", big, g.input("b"));
        g.node("Gather", g.table("positions", 20, 2), g.input("position_ids"));

        EmbeddingTable found = find();

        assertThat(found.stored().weight()).isSameAs(big);
        assertThat(found.others()).hasSize(2);
    }

    @Test
    void severalUnnamedInputs_asManyRows_areAmbiguous() {
        g.node("Gather", g.table("x", 3, 2), g.input("a"));
        g.node("Gather", g.table("y", 3, 4), g.input("b"));

        assertThatThrownBy(this::find)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("\"x\" FLOAT [3, 2] by input \"a\"; \"y\" FLOAT [3, 4] by input \"b\"");
    }

    @Test
    void oneInput_twoTables_areAmbiguous() {
        Value ids = g.input("input_ids");
        g.node("Gather", g.table("x", 3, 2), ids);
        g.node("Gather", g.table("y", 3, 2), ids);

        assertThatThrownBy(this::find)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageStartingWith("test.onnx: input \"input_ids\" looks up several tables");
    }

    @Test
    void oneTable_lookedUpTwice_hasBothLookups() {
        Value ids = g.input("input_ids");
        Value table = g.table("x", 3, 2);
        g.node("Gather", table, ids);
        g.node("Gather", table, g.node("Cast", ids));

        assertThat(find().lookups()).hasSize(2);
    }

    @Test
    void noLookupOfTokens_saysWhatWasFound() {
        Value ids = g.input("input_ids");
        Value positions = g.node("CumSum", g.node("Equal", ids, g.constant(TensorData.scalar(1L))));
        g.node("Gather", g.table("p", 6, 2), positions);

        assertThatThrownBy(this::find)
                .isInstanceOf(MissingException.class)
                .hasMessageStartingWith("test.onnx: no token-embedding table")
                .hasMessageContaining("input_ids: INT64 [batch, sequence]")
                .hasMessageContaining("\"p\" [6, 2] by what CumSum");
    }

    @Test
    void gatherAlongColumns_isNoLookup() {
        Value ids = g.input("input_ids");
        g.node("", "Gather", Map.of("axis", Attribute.of(1)), g.table("x", 3, 2), ids);

        assertThatThrownBy(this::find).isInstanceOf(MissingException.class);
    }

    @Test
    void quantizedTable_dequantizedAfterLookup_isDequantised() {
        Value ids = g.input("input_ids");
        Value codes = g.floats("q", bytes(DType.UINT8, List.of(2L, 3L), 0, 128, 255, 1, 2, 130));
        Value rows = g.node("Gather", codes, ids);
        Value zero = g.floats("zp", bytes(DType.UINT8, List.of(), 128));
        Value vectors = g.node("DequantizeLinear", rows, g.floats("s", TensorData.scalar(0.5f)), zero);

        EmbeddingTable found = find();

        assertThat(found.data().toFloatArray()).containsExactly(-64f, 0f, 63.5f, -63.5f, -63f, 1f);
        assertThat(found.lookups().getFirst().vectors()).containsSame(vectors);
        assertThat(found.stored().weight()).isSameAs(codes);
    }

    @Test
    void quantizedTable_scaleARow_isDequantised() {
        Value ids = g.input("input_ids");
        Value codes = g.floats("q", bytes(DType.INT8, List.of(2L, 2L), 1, -2, 3, -4));
        Value scale = g.floats("s", TensorData.vector(0.5f, 2f));
        Value table = g.node("", "DequantizeLinear", Map.of("axis", Attribute.of(0)), codes, scale);
        Value vectors = g.node("Gather", table, ids);

        assertThat(find().data().toFloatArray()).containsExactly(0.5f, -1f, 6f, -8f);
        assertThat(find().lookups().getFirst().vectors()).containsSame(vectors);
    }

    @Test
    void quantizedTable_scaleAColumn_isDequantised() {
        Value ids = g.input("input_ids");
        Value codes = g.floats("q", bytes(DType.INT8, List.of(2L, 2L), 1, -2, 3, -4));
        Value table = g.node("DequantizeLinear", codes, g.floats("s", TensorData.vector(0.5f, 2f)));
        g.node("Gather", table, ids);

        assertThat(find().data().toFloatArray()).containsExactly(0.5f, -4f, 1.5f, -8f);
    }

    @Test
    void quantizedTable_scalesThatDoNotFit_areRefused() {
        Value ids = g.input("input_ids");
        Value codes = g.floats("q", bytes(DType.INT8, List.of(2L, 2L), 1, -2, 3, -4));
        Value table = g.node("DequantizeLinear", codes, g.floats("s", TensorData.vector(1f, 2f, 3f)));
        g.node("Gather", table, ids);

        assertThatThrownBy(this::find)
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("2 blocks, scales FLOAT [3]");
    }

    @Test
    void gatherBlockQuantized_ofPackedBytes_isDequantised() {
        Value ids = g.input("input_ids");
        // Low nibble first: row 0 is 0 1 ... 15 | 8 x 16, row 1 the other way round.
        int[] packed = new int[32];
        for (int i = 0; i < 8; i++) {
            packed[i] = 2 * i | (2 * i + 1) << 4;
            packed[8 + i] = 0x88;
            packed[16 + i] = 0x88;
            packed[24 + i] = 2 * i | (2 * i + 1) << 4;
        }
        Value codes = g.floats("q", bytes(DType.UINT8, List.of(2L, 16L), packed));
        Value scales = g.floats("s", TensorData.of(List.of(2L, 2L), 1f, 2f, 3f, 0.5f));
        Map<String, Attribute> attributes = Map.of("bits", Attribute.of(4), "block_size", Attribute.of(16));
        g.node("com.microsoft", "GatherBlockQuantized", attributes, codes, ids, scales);

        EmbeddingTable found = find();

        assertThat(found.width()).isEqualTo(32);
        float[] data = found.data().toFloatArray();
        assertThat(data[0]).isEqualTo(-8f);
        assertThat(data[15]).isEqualTo(7f);
        assertThat(data[20]).isZero();
        assertThat(data[32]).isZero();
        assertThat(data[48]).isEqualTo(-4f);
        assertThat(data[63]).isEqualTo(3.5f);
    }

    @Test
    void embedLayerNormalization_hasTheTableAsInput2_andNoVectors() {
        Value ids = g.input("input_ids");
        Value types = g.input("token_type_ids");
        Value words = g.table("w", 7, 3);
        Value positions = g.table("p", 5, 3);
        Value typeTable = g.table("t", 2, 3);
        g.node(
                "com.microsoft",
                "EmbedLayerNormalization",
                Map.of(),
                g.node("Cast", ids),
                g.node("Cast", types),
                words,
                positions,
                typeTable);

        EmbeddingTable found = find();

        assertThat(found.stored().weight()).isSameAs(words);
        TokenLookup lookup = found.lookups().getFirst();
        assertThat(lookup.vectors()).isEmpty();
        assertThat(lookup.table()).isSameAs(words);
        assertThat(lookup.ids())
                .extracting(Value::producer)
                .extracting(Node::opType)
                .isEqualTo("Cast");
        assertThat(found.others()).extracting(OtherTable::table).containsExactly(positions, typeTable);
    }

    private static TensorData bytes(DType dtype, List<Long> shape, int... values) {
        byte[] data = new byte[values.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) values[i];
        }
        return new TensorData(dtype, shape, MemorySegment.ofArray(data));
    }
}
