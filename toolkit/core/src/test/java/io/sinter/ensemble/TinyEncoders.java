package io.sinter.ensemble;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Tiny text encoders: h = tanh(word W), summed over what the mask leaves and added to each, plus a vector of its type where
 * types are read. Names of values and extents are the same in all of them, as exporters' are.
 *
 * @param seed of the weights
 * @param rows of the table
 * @param width of a vector
 * @param form what else is special about it
 * @param opset that the file says
 */
record TinyEncoders(long seed, int rows, int width, Form form, long opset) {

    private static final long IR_VERSION = 8;

    /** What graphs differ in. */
    enum Form {
        /** Reads ids, mask and types, all int64. */
        USUAL,
        /** Reads no types. */
        NO_TYPES,
        /** Reads int32, and calls the mask input_mask. */
        INT32,
        /** Computes in float16. */
        FLOAT16,
        /** One name for both extents of its inputs. */
        ONE_NAME,
        /** Token vectors come out of an If. */
        SUBGRAPH,
        /** Reads texts of fixed extents. */
        FIXED
    }

    static TinyEncoders of(long seed) {
        return new TinyEncoders(seed, 2048, 8, Form.USUAL, Opsets.EMITTED);
    }

    TinyEncoders with(Form other) {
        return new TinyEncoders(seed, rows, width, other, opset);
    }

    TinyEncoders withWidth(int other) {
        return new TinyEncoders(seed, rows, other, form, opset);
    }

    TinyEncoders withOpset(long other) {
        return new TinyEncoders(seed, rows, width, form, other);
    }

    Model model() {
        Graph graph = new Graph("encoder");
        Ops ops = new Ops(graph, Math.max(Opsets.EMITTED, opset));
        Value ids = graph.addInput("input_ids", integers());
        Value mask = graph.addInput(form == Form.INT32 ? "input_mask" : "attention_mask", integers());
        Value words = ops.gather(ops.constant("table", numbers(1, rows, width)), ids, 0);
        Value hidden = ops.tanh(ops.matMul(words, ops.constant("dense", numbers(2, width, width))));
        if (form != Form.NO_TYPES) {
            Value types = graph.addInput("token_type_ids", integers());
            hidden = ops.add(hidden, ops.gather(ops.constant("types", numbers(3, 2, width)), types, 0));
        }
        Value weights = unsqueezed(ops, ops.cast(mask, floats()));
        Value context = ops.apply("Tanh", List.of(ops.mul(hidden, weights)), Map.of());
        Value output = form == Form.SUBGRAPH ? chosen(ops, mask, hidden, context) : ops.add(hidden, context);
        graph.rename(output, "last_hidden_state");
        graph.addOutput(output);
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", opset);
        return model;
    }

    /** A constant that every encoder has, and numbers that only this seed has. */
    private TensorData numbers(long which, long first, long second) {
        SplittableRandom random = new SplittableRandom(which == 3 ? which : 31 * seed + which);
        float[] values = new float[(int) (first * second)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        TensorData numbers = TensorData.of(List.of(first, second), values);
        return form == Form.FLOAT16 ? Conversion.convert(numbers, DType.FLOAT16) : numbers;
    }

    private DType floats() {
        return form == Form.FLOAT16 ? DType.FLOAT16 : DType.FLOAT;
    }

    private TensorType integers() {
        return switch (form) {
            case INT32 -> new TensorType(DType.INT32, Shape.of(Dim.of("batch"), Dim.of("sequence")));
            case ONE_NAME -> new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("batch")));
            case FIXED -> new TensorType(DType.INT64, Shape.of(1, 16));
            case USUAL, NO_TYPES, FLOAT16, SUBGRAPH ->
                new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        };
    }

    /** Before opset 13, axes are an attribute. */
    private Value unsqueezed(Ops ops, Value mask) {
        if (opset >= 13) {
            return ops.unsqueeze(mask, -1);
        }
        TensorType type = new TensorType(floats(), Shape.of(Dim.of("batch"), Dim.of("sequence"), Dim.of(1)));
        return ops.emit("", "Unsqueeze", List.of(mask), Map.of("axes", Attribute.of(List.of(2L))), List.of(type))
                .getFirst();
    }

    /** The sum if the batch has a token, else the first alone: both branches read values around them. */
    private Value chosen(Ops ops, Value mask, Value hidden, Value context) {
        Value any = ops.cast(ops.reduceMax(mask, List.of(0L, 1L), KeepDims.DROP), DType.BOOL);
        Map<String, Attribute> branches = Map.of(
                "then_branch", Attribute.of(branch(ops, hidden, context)),
                "else_branch", Attribute.of(branch(ops, hidden, hidden)));
        return ops.emit("", "If", List.of(any), branches, List.of(hidden.type()))
                .getFirst();
    }

    private static Graph branch(Ops around, Value first, Value second) {
        Graph graph = new Graph("branch", around.graph());
        Ops ops = new Ops(graph, around.opset());
        Value half = ops.constant("half", TensorData.scalar(0.5f));
        Value sum = ops.add(first, ops.mul(second, half));
        graph.addOutput(sum);
        return graph;
    }
}
