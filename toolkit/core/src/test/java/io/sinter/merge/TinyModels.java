package io.sinter.merge;

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
import io.sinter.tensor.Transposition;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Tiny text encoders: h = tanh((word + type + position) W), and each token's h plus the mean of all unmasked ones.
 *
 * <p>Tables hold multiples of 1/64 below 2, which float16, bfloat16 and int8 codes all hold exactly.
 */
final class TinyModels {

    /** Tokens of the tokenizer in {@code src/test/resources/tokenizer/bert_base}. */
    static final int ROWS = 211;

    static final int WIDTH = 8;

    private static final float STEP = 1 / 64f;
    private static final long IR_VERSION = 8;

    /** How token vectors are looked up. */
    enum Words {
        INITIALIZER,
        CONSTANT_NODE,
        TABLE_THROUGH_IDENTITY,
        QUANTIZED_ROWS,
        QUANTIZED_TABLE
    }

    /** Whether logits over the tokens come out too. */
    enum Head {
        NONE,
        SHARED_TRANSPOSED,
        TRANSPOSED_COPY
    }

    /** An encoder's table and form. */
    record Spec(TensorData table, Words words, Head head, long opset) {
        static Spec of(TensorData table) {
            return new Spec(table, Words.INITIALIZER, Head.NONE, Opsets.EMITTED);
        }

        Spec with(Words other) {
            return new Spec(table, other, head, opset);
        }

        Spec with(Head other) {
            return new Spec(table, words, other, opset);
        }

        Spec withOpset(long other) {
            return new Spec(table, words, head, other);
        }
    }

    private TinyModels() {}

    /** A random table of float32. */
    static TensorData table(long seed, long rows, long width) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[(int) (rows * width)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-127, 128) * STEP;
        }
        return TensorData.of(List.of(rows, width), values);
    }

    /** A random table for every token of the tokenizer. */
    static TensorData table(long seed) {
        return table(seed, ROWS, WIDTH);
    }

    static Model encoder(TensorData table) {
        return encoder(Spec.of(table));
    }

    static Model encoder(Spec spec) {
        Graph graph = new Graph("encoder");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        TensorType ints = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value ids = graph.addInput("input_ids", ints);
        Value mask = graph.addInput("attention_mask", ints);
        Value types = graph.addInput("token_type_ids", ints);
        long width = spec.table().dim(1);
        Value typed = ops.gather(ops.constant("type.table", table(101, 2, width)), types, 0);
        Value placed = ops.gather(ops.constant("position.table", table(102, 32, width)), positions(ops, ids), 0);
        Value sum = ops.add(ops.add(words(ops, spec, ids), typed), placed);
        Value hidden = ops.tanh(ops.matMul(sum, ops.constant("dense", table(103, width, width))));
        Value kept = ops.mul(hidden, unsqueezed(ops, ops.cast(mask, DType.FLOAT), spec));
        output(graph, "last_hidden_state", ops.add(hidden, ops.reduceMean(kept, List.of(1L), KeepDims.KEEP)));
        head(ops, spec, hidden);
        return model(graph, spec.opset());
    }

    /** A model of a graph. */
    static Model model(Graph graph, long opset) {
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", opset);
        return model;
    }

    private static Value words(Ops ops, Spec spec, Value ids) {
        TensorData table = spec.table();
        return switch (spec.words()) {
            case INITIALIZER -> asFloat(ops, ops.gather(ops.constant("word.table", table), ids, 0));
            case CONSTANT_NODE -> asFloat(ops, ops.gather(ops.constantNode(table), ids, 0));
            case TABLE_THROUGH_IDENTITY ->
                asFloat(ops, ops.gather(ops.identity(ops.constant("word.table", table)), ids, 0));
            case QUANTIZED_ROWS -> dequantized(ops, ops.gather(ops.constant("word.codes", codes(table)), ids, 0));
            case QUANTIZED_TABLE -> ops.gather(dequantized(ops, ops.constant("word.codes", codes(table))), ids, 0);
        };
    }

    private static Value asFloat(Ops ops, Value value) {
        return value.type() != null && value.type().dtype() == DType.FLOAT ? value : ops.cast(value, DType.FLOAT);
    }

    private static TensorData codes(TensorData table) {
        TensorData codes = TensorData.allocate(DType.INT8, table.shape());
        for (int i = 0; i < table.elementCount(); i++) {
            float value = table.data().getAtIndex(TensorData.F32, i);
            codes.data().set(ValueLayout.JAVA_BYTE, i, (byte) Math.round(value / STEP));
        }
        return codes;
    }

    private static Value dequantized(Ops ops, Value codes) {
        Shape shape = codes.type() == null ? null : codes.type().shape();
        Value scale = ops.constant("word.scale", TensorData.scalar(STEP));
        return ops.emit(
                        "",
                        "DequantizeLinear",
                        List.of(codes, scale),
                        Map.of(),
                        List.of(new TensorType(DType.FLOAT, shape)))
                .getFirst();
    }

    /** 0, 1, ... to the length of the sequences. */
    private static Value positions(Ops ops, Value ids) {
        Value length = ops.gather(ops.shape(ids), ops.constant(TensorData.scalar(1L)), 0);
        return ops.apply(
                "Range",
                List.of(ops.constant(TensorData.scalar(0L)), length, ops.constant(TensorData.scalar(1L))),
                Map.of());
    }

    /** A last axis appended, as the opset writes it: before 13, axes are an attribute. */
    private static Value unsqueezed(Ops ops, Value mask, Spec spec) {
        if (spec.opset() >= 13) {
            return ops.unsqueeze(mask, -1);
        }
        TensorType type = new TensorType(DType.FLOAT, Shape.of(Dim.of("batch"), Dim.of("sequence"), Dim.of(1)));
        return ops.emit("", "Unsqueeze", List.of(mask), Map.of("axes", Attribute.of(List.of(-1L))), List.of(type))
                .getFirst();
    }

    private static void head(Ops ops, Spec spec, Value hidden) {
        Graph graph = ops.graph();
        switch (spec.head()) {
            case NONE -> {}
            case SHARED_TRANSPOSED -> {
                Value shared = asFloat(ops, Objects.requireNonNull(graph.value("word.table")));
                output(graph, "logits", ops.matMul(hidden, ops.transpose(shared, 1, 0)));
            }
            case TRANSPOSED_COPY -> {
                Value copy = asFloat(ops, ops.constant("decoder.weight", Transposition.of(spec.table())));
                output(graph, "logits", ops.matMul(hidden, copy));
            }
        }
    }

    static void output(Graph graph, String name, Value value) {
        graph.rename(value, name);
        graph.addOutput(value);
    }

    static TensorData float16(TensorData table) {
        return Conversion.convert(table, DType.FLOAT16);
    }
}
