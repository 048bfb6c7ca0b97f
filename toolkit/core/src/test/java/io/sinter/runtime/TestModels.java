package io.sinter.runtime;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.tensor.DType;
import java.util.function.Consumer;

/** Tiny models for tests. */
public final class TestModels {

    private static final long IR_VERSION = 8;

    private TestModels() {}

    /** A model of the nodes that {@code build} emits; it adds inputs and outputs to {@code ops.graph()}. */
    public static Model model(Consumer<Ops> build) {
        Graph graph = new Graph("test");
        build.accept(new Ops(graph, Opsets.EMITTED));
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", Opsets.EMITTED);
        return model;
    }

    /** Makes a value the output of that name. */
    public static void output(Ops ops, String name, Value value) {
        ops.graph().rename(value, name);
        ops.graph().addOutput(value);
    }

    /** {@code y = x}, of any extents in the given rank. */
    public static Model identity(DType dtype, int rank) {
        return model(ops -> {
            Dim[] dims = new Dim[rank];
            for (int i = 0; i < rank; i++) {
                dims[i] = Dim.of("d" + i);
            }
            output(ops, "y", ops.identity(ops.graph().addInput("x", new TensorType(dtype, Shape.of(dims)))));
        });
    }

    /** {@code sum = a + b} and {@code difference = a − b} of float32 {@code [rows, 3]}. */
    public static Model sumAndDifference() {
        return model(ops -> {
            TensorType type = new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(3)));
            Value a = ops.graph().addInput("a", type);
            Value b = ops.graph().addInput("b", type);
            output(ops, "sum", ops.add(a, b));
            output(ops, "difference", ops.sub(a, b));
        });
    }
}
