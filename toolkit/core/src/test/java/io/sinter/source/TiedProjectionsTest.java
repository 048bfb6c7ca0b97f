package io.sinter.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TiedProjectionsTest {

    private final LookupGraph g = new LookupGraph();
    private final Value words = g.table("w", 5, 3);
    private final Value hidden = g.node("Gather", words, g.input("input_ids"));

    private List<TiedProjection> find() {
        return TiedProjections.find(g.graph, EmbeddingTableFinder.find("test.onnx", g.graph));
    }

    @Test
    void matMul_ofTheTransposedInitializer_sharesTheWeight() {
        g.node("MatMul", hidden, g.node("Transpose", words));

        TiedProjection tied = only();

        assertThat(tied.sharesWeight()).isTrue();
        assertThat(tied.layout()).isEqualTo(TiedProjection.Layout.AS_TABLE);
        assertThat(tied.node().opType()).isEqualTo("MatMul");
        assertThat(tied.input()).isEqualTo(1);
    }

    @Test
    void gemm_withTransB_sharesTheWeight() {
        g.node("", "Gemm", Map.of("transB", Attribute.of(1)), hidden, words);

        assertThat(only().sharesWeight()).isTrue();
    }

    @Test
    void matMul_ofATransposedCopy_isTied() {
        Value copy = g.floats("onnx::MatMul_77", LookupGraph.transposed(LookupGraph.matrix(5, 3)));
        g.node("MatMul", hidden, copy);

        TiedProjection tied = only();

        assertThat(tied.weight()).isSameAs(copy);
        assertThat(tied.layout()).isEqualTo(TiedProjection.Layout.TRANSPOSED);
        assertThat(tied.sharesWeight()).isFalse();
    }

    @Test
    void gemm_ofAnEqualCopy_isTied() {
        Value copy = g.floats("decoder.weight", LookupGraph.matrix(5, 3));
        g.node("", "Gemm", Map.of("transB", Attribute.of(1)), hidden, g.node("Cast", copy));

        assertThat(only().layout()).isEqualTo(TiedProjection.Layout.AS_TABLE);
    }

    @Test
    void matMul_ofACopyThatDiffersInOneElement_isNotTied() {
        float[] values = LookupGraph.transposed(LookupGraph.matrix(5, 3)).toFloatArray();
        values[values.length - 1] += 1e-3f;
        g.node("MatMul", hidden, g.floats("other", TensorData.of(List.of(3L, 5L), values)));

        assertThat(find()).isEmpty();
    }

    @Test
    void bareEncoder_hasNone() {
        g.node("MatMul", hidden, g.table("dense", 3, 3));

        assertThat(find()).isEmpty();
    }

    private TiedProjection only() {
        assertThat(find()).hasSize(1);
        return find().getFirst();
    }
}
