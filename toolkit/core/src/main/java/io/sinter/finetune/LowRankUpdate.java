package io.sinter.finetune;

import io.sinter.combine.Uniform;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The update of one matrix: W + scale·A·B.
 *
 * @param name of the matrix, before those of its parts
 * @param matrix W, {@code [in, out]}
 * @param down A, {@code [in, rank]}, at the start
 * @param rank of the update, at most the smaller extent of the matrix
 * @param scale of the product
 */
public record LowRankUpdate(String name, TensorData matrix, TensorData down, long rank, float scale) {

    private static final String DOWN = "/lora_A";
    private static final String UP = "/lora_B";

    /** An update that changes nothing yet: A uniform in ±1/√in, as PEFT draws it, B zero. */
    static LowRankUpdate of(Value weight, Selection.Lora lora, Uniform random) {
        TensorData matrix = Objects.requireNonNull(weight.constant());
        long rank = Math.min(lora.rank(), Math.min(matrix.dim(0), matrix.dim(1)));
        List<Long> extents = List.of(matrix.dim(0), rank);
        TensorData down = random.tensor(weight.name() + DOWN, extents, Uniform.bound(matrix.dim(0)));
        return new LowRankUpdate(weight.name(), matrix, down, rank, (float) (lora.alpha() / lora.rank()));
    }

    /**
     * Lets everything that reads the matrix read the sum.
     *
     * @return A and B
     */
    List<Value> insert(Graph graph, long opset, Value weight) {
        List<Use> uses = weight.uses();
        Value a = graph.addInitializer(graph.uniqueName(name + DOWN), down);
        Value b = graph.addInitializer(
                graph.uniqueName(name + UP), TensorData.allocate(DType.FLOAT, List.of(rank, matrix.dim(1))));
        Ops ops = Ops.insertingBefore(graph, opset, graph.nodes().getFirst()).withPrefix("lora/");
        Value update = ops.mul(ops.matMul(a, b), ops.constant("scale", TensorData.scalar(scale)));
        Value sum = ops.add(weight, update);
        uses.forEach(use -> use.node().setInput(use.index(), sum));
        return List.of(a, b);
    }

    /** Whether its parts were trained: the loss may not depend on the matrix. */
    boolean isIn(Map<String, TensorData> trained) {
        return trained.containsKey(name + DOWN) && trained.containsKey(name + UP);
    }

    /** The sum, of trained parts. */
    TensorData merged(Map<String, TensorData> trained) {
        TensorData a = Objects.requireNonNull(trained.get(name + DOWN));
        TensorData b = Objects.requireNonNull(trained.get(name + UP));
        TensorData sum = TensorData.allocate(DType.FLOAT, matrix.shape());
        float[] up = b.toFloatArray();
        int columns = Math.toIntExact(matrix.dim(1));
        LongStream.range(0, matrix.dim(0)).parallel().forEach(row -> {
            for (int column = 0; column < columns; column++) {
                double product = 0;
                for (long k = 0; k < rank; k++) {
                    product += (double) a.data().getAtIndex(TensorData.F32, row * rank + k)
                            * up[(int) (k * columns) + column];
                }
                long at = row * columns + column;
                float before = matrix.data().getAtIndex(TensorData.F32, at);
                sum.data().setAtIndex(TensorData.F32, at, (float) (before + scale * product));
            }
        });
        return sum;
    }
}
