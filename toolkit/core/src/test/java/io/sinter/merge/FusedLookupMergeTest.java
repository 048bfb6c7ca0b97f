package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.source.EmbeddingTable;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Merges into a graph whose lookup, positions, token types and normalisation are one EmbedLayerNormalization. */
class FusedLookupMergeTest {

    private static final TensorData A = TinyModels.table(1);
    private static final TensorData B = TinyModels.table(2);

    @TempDir
    Path temp;

    static Model fused(TensorData table) {
        Graph graph = new Graph("fused");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        TensorType ints = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value ids = ops.cast(graph.addInput("input_ids", ints), DType.INT32);
        Value mask = ops.cast(graph.addInput("attention_mask", ints), DType.INT32);
        Value types = ops.cast(graph.addInput("token_type_ids", ints), DType.INT32);
        List<Value> inputs = List.of(
                ids,
                types,
                ops.constant("word.table", table),
                ops.constant("position.table", TinyModels.table(102, 32, TinyModels.WIDTH)),
                ops.constant("type.table", TinyModels.table(101, 2, TinyModels.WIDTH)),
                ops.constant("gamma", TinyModels.table(104, 1, TinyModels.WIDTH).reshape(List.of(8L))),
                ops.constant("beta", TinyModels.table(105, 1, TinyModels.WIDTH).reshape(List.of(8L))),
                mask);
        TensorType vectors =
                new TensorType(DType.FLOAT, Shape.of(Dim.of("batch"), Dim.of("sequence"), Dim.of(TinyModels.WIDTH)));
        Value hidden = ops.emit(
                        "com.microsoft",
                        "EmbedLayerNormalization",
                        inputs,
                        Map.of("epsilon", Attribute.of(1e-12f)),
                        List.of(vectors, new TensorType(DType.INT32, Shape.of(Dim.of("batch")))))
                .getFirst();
        TinyModels.output(graph, "last_hidden_state", hidden);
        Model model = TinyModels.model(graph, Opsets.EMITTED);
        model.setOpset("com.microsoft", 1);
        return model;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode: bake", "mode: live", "mode: bake\noutput: {dtype: float16}"})
    void fusedLookup_readsTheMergedRows(String rest) {
        MergeFolder folder = new MergeFolder(temp);
        Path body = folder.model("a", fused(A)).resolve("model.onnx");
        folder.model("b", TinyModels.encoder(B));
        EmbeddingTable found = MergeFolder.table(body);
        assertThat(found.lookups().getFirst().vectors()).as("the node is fused").isEmpty();

        Path merged = folder.merge("""
                        models: [{name: a, model: a}, {name: b, model: b}]
                        body: a
                        combine: {method: average}
                        """ + rest, "out").resolve("model.onnx");

        float[] expected = run(fused(average())).get("last_hidden_state");
        assertThat(difference(run(merged).get("last_hidden_state"), expected)).isLessThan(1e-6);
    }

    private static TensorData average() {
        float[] a = A.toFloatArray();
        float[] b = B.toFloatArray();
        float[] result = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (a[i] + b[i]) / 2;
        }
        return TensorData.of(A.shape(), result);
    }
}
