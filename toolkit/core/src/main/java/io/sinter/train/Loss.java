package io.sinter.train;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** What training makes small: one number that compares a batch of results with what they should be. */
public sealed interface Loss {

    /** Emits the loss, a float32 scalar. */
    Value emit(Ops ops, Value output, Value target);

    /** The mean of (output − target)² over all elements; both have one shape. */
    record MeanSquaredError() implements Loss {
        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value difference = ops.sub(output, target);
            return mean(ops, ops.mul(difference, difference));
        }
    }

    /** 1 − the mean cosine of the rows of output and target, both {@code [..., d]}. */
    record Cosine() implements Loss {
        @Override
        public Value emit(Ops ops, Value output, Value target) {
            return ops.sub(number(ops, 1), mean(ops, cosines(ops, output, target)));
        }
    }

    /**
     * In-batch contrastive loss (InfoNCE; van den Oord et al., "Representation learning with contrastive predictive coding",
     * 2018): row i of the output {@code [B, d]} is to be nearer to row i of the target {@code [M, d]} than to the other rows.
     * The cross-entropy of the cosines over the temperature; rows of the target from B on are further negatives.
     *
     * @param temperature above 0; the smaller, the more the nearest negatives count
     */
    record InfoNce(double temperature) implements Loss {

        /** Checks the temperature. */
        public InfoNce {
            if (!(temperature > 0)) {
                throw new IllegalArgumentException("temperature: got %s, expected more than 0".formatted(temperature));
            }
        }

        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value cosines = ops.matMul(unitLength(ops, output), ops.transpose(unitLength(ops, target), 1, 0));
            Value count = ops.squeeze(ops.gather(ops.shape(output), ops.constant(TensorData.vector(0L)), 0), 0);
            Value first = ops.constant(TensorData.scalar(0L));
            Value step = ops.constant(TensorData.scalar(1L));
            Value places = ops.apply("Range", List.of(first, count, step), Map.of());
            return new CrossEntropy(-100).emit(ops, ops.div(cosines, number(ops, temperature)), places);
        }
    }

    /**
     * Softmax cross-entropy: the mean of −ln p(label) over the labelled rows of the scores {@code [..., C]}; the target is
     * INT64 {@code [...]}. Without a labelled row the loss is 0, and so is its gradient.
     *
     * @param ignored label of rows that do not count, such as transformers' −100
     */
    record CrossEntropy(long ignored) implements Loss {
        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value labels = ops.reshape(target, -1);
            Value unlabelled = ops.equal(labels, ops.constant("ignored", TensorData.scalar(ignored)));
            Value safe = ops.where(unlabelled, ops.constant("none", TensorData.scalar(0L)), labels);
            Value flat = ops.apply("Flatten", List.of(output), Map.of("axis", Attribute.of(-1)));
            Value logarithms = ops.apply("LogSoftmax", List.of(flat), Map.of("axis", Attribute.of(-1)));
            Map<String, Attribute> along = Map.of("axis", Attribute.of(-1));
            Value chosen = ops.apply("GatherElements", List.of(logarithms, ops.unsqueeze(safe, -1)), along);
            Value counts = ops.cast(ops.not(unlabelled), dtype(output));
            Value total = sum(ops, ops.mul(ops.squeeze(chosen, -1), counts));
            return ops.neg(ops.div(total, ops.max(sum(ops, counts), number(ops, 1))));
        }
    }

    /**
     * Some rows of an output, for a loss that needs no others: {@link TrainingGraph} then computes only what these depend on
     * (see {@link io.sinter.onnx.pass.RowsFirst}).
     *
     * @param output {@code [..., C]}; its rows are counted over all axes but the last: row {@code b · S + s} of
     *     {@code [B, S, C]}
     * @param rows INT64 {@code [N]}
     * @return {@code [N, C]}
     */
    static Value rows(Ops ops, Value output, Value rows) {
        return ops.gather(ops.apply("Flatten", List.of(output), Map.of("axis", Attribute.of(-1))), rows, 0);
    }

    /** The cosines of the rows of two values {@code [..., d]}. */
    static Value cosines(Ops ops, Value a, Value b) {
        return ops.reduceSum(ops.mul(unitLength(ops, a), unitLength(ops, b)), List.of(-1L), KeepDims.DROP);
    }

    private static Value mean(Ops ops, Value x) {
        return ops.reduceMean(ops.reshape(x, -1), List.of(0L), KeepDims.DROP);
    }

    private static Value sum(Ops ops, Value x) {
        return ops.reduceSum(x, List.of(0L), KeepDims.DROP);
    }

    private static Value number(Ops ops, double number) {
        return ops.constant("number", TensorData.scalar((float) number));
    }

    private static DType dtype(Value value) {
        TensorType type = value.type();
        return type == null ? DType.FLOAT : type.dtype();
    }

    /** x / max(‖x‖₂, 1e-8) row by row, as PyTorch's {@code cosine_similarity}. */
    private static Value unitLength(Ops ops, Value x) {
        Value length = ops.reduceL2(x, List.of(-1L), KeepDims.KEEP);
        return ops.div(x, ops.max(length, number(ops, 1e-8)));
    }
}
