package io.sinter.bake;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SpanMeansTest {

    private static float[] means(TensorData vectors, TensorData spans) {
        Graph graph = new Graph("means");
        Value v = graph.addInput("vectors", type(DType.FLOAT, "n", vectors.dim(2)));
        Value s = graph.addInput("spans", type(DType.INT64, "s", 2));
        Value out = SpanMeans.emit(new Ops(graph, Opsets.EMITTED), v, s);
        graph.rename(out, "means");
        graph.addOutput(out);
        Model model = new Model(graph, 8);
        model.setOpset("", Opsets.EMITTED);
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            Map<String, TensorData> results = session.run(Map.of("vectors", vectors, "spans", spans), List.of("means"));
            return Objects.requireNonNull(results.get("means")).toFloatArray();
        }
    }

    private static TensorType type(DType dtype, String middle, long last) {
        return new TensorType(dtype, Shape.of(Dim.of("b"), Dim.of(middle), Dim.of(last)));
    }

    @Test
    void spans_giveMeans_andEmptyOnesZeros() {
        TensorData vectors = TensorData.of(List.of(2L, 3L, 2L), 1f, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60);
        TensorData spans =
                TensorData.of(List.of(2L, 4L, 2L), new long[] {0, 1, 1, 3, 0, 0, 0, 3, 2, 2, 2, 3, 0, 2, 5, 9});

        assertThat(means(vectors, spans)).containsExactly(1, 2, 4, 5, 0, 0, 3, 4, 0, 0, 50, 60, 20, 30, 0, 0);
    }

    @Test
    void spansOfOneToken_giveItsBits() {
        float[] odd = {0.1f, -1e-30f, 3.4e38f, 1 / 3f, -0.7f, 1e20f};

        float[] got = means(
                TensorData.of(List.of(1L, 3L, 2L), odd),
                TensorData.of(List.of(1L, 3L, 2L), new long[] {0, 1, 1, 2, 2, 3}));

        assertThat(got).containsExactly(odd);
    }
}
