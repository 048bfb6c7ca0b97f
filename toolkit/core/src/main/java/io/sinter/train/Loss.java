package io.sinter.train;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

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
     * @param direction whether rows of the target are to find theirs, too
     */
    record InfoNce(double temperature, Direction direction) implements Loss {

        /** Who looks for whom. */
        public enum Direction {
            /** Rows of the output look among those of the target. */
            FORWARD,
            /** And the first B rows of the target among those of the output (Radford et al., CLIP, 2021): the mean of both. */
            BOTH
        }

        /** Checks the temperature. */
        public InfoNce {
            if (!(temperature > 0)) {
                throw new IllegalArgumentException("temperature: got %s, expected more than 0".formatted(temperature));
            }
        }

        /** One direction. */
        public InfoNce(double temperature) {
            this(temperature, Direction.FORWARD);
        }

        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value scores = ops.div(similarities(ops, output, target), number(ops, temperature));
            Value count = ops.squeeze(ops.gather(ops.shape(output), ops.constant(TensorData.vector(0L)), 0), 0);
            Value first = ops.constant(TensorData.scalar(0L));
            Value step = ops.constant(TensorData.scalar(1L));
            Value places = ops.apply("Range", List.of(first, count, step), Map.of());
            Value forward = new CrossEntropy(-100).emit(ops, scores, places);
            return switch (direction) {
                case FORWARD -> forward;
                case BOTH -> {
                    Value back = ops.gather(ops.transpose(scores, 1, 0), places, 0);
                    Value backward = new CrossEntropy(-100).emit(ops, back, places);
                    yield ops.mul(ops.add(forward, backward), number(ops, 0.5));
                }
            };
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

    /**
     * Triplet loss on cosines (Schroff et al., "FaceNet: a unified embedding for face recognition and clustering", 2015): row i
     * of the output {@code [B, d]} is to be nearer to row i of the target {@code [2B, d]} than to its row B + i; the mean of
     * max(0, cos(aᵢ, nᵢ) − cos(aᵢ, pᵢ) + margin).
     *
     * @param margin by how much nearer, above 0
     */
    record Triplet(double margin) implements Loss {

        /** Checks the margin. */
        public Triplet {
            if (!(margin > 0)) {
                throw new IllegalArgumentException("margin: got %s, expected more than 0".formatted(margin));
            }
        }

        @Override
        public Value emit(Ops ops, Value output, Value target) {
            List<Value> sides = parts(ops, target, 2);
            Value gap = ops.sub(cosines(ops, output, sides.get(1)), cosines(ops, output, sides.get(0)));
            return mean(ops, ops.relu(ops.add(gap, number(ops, margin))));
        }
    }

    /**
     * PyTorch's {@code CosineEmbeddingLoss}, on cosines {@code [B]}: the mean of 1 − c where the target is above 0, and of
     * max(0, c − margin) where it is not.
     *
     * @param margin cosine that pairs that are not alike may have, from −1 to less than 1
     */
    record CosineEmbedding(double margin) implements Loss {

        /** Checks the margin. */
        public CosineEmbedding {
            if (!(margin >= -1 && margin < 1)) {
                throw new IllegalArgumentException("margin: got %s, expected -1 to less than 1".formatted(margin));
            }
        }

        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value alike = ops.greater(target, number(ops, 0));
            Value near = ops.sub(number(ops, 1), output);
            Value far = ops.relu(ops.sub(output, number(ops, margin)));
            return mean(ops, ops.where(alike, near, far));
        }
    }

    /**
     * CoSENT's ranking loss (Su, "CoSENT: a more effective sentence vector scheme than Sentence-BERT", 2022,
     * <a href="https://kexue.fm/archives/8847">kexue.fm/archives/8847</a>), on cosines {@code [B]}: log(1 + Σ exp(scale ·
     * (cⱼ − cᵢ))) over the pairs with targetᵢ &gt; targetⱼ. It asks for the order of the targets and nothing else, so that
     * it is close to what Spearman's ρ measures. 0 where all targets are equal.
     *
     * @param scale above 0; the larger, the more the pairs count that are farthest out of order. 20 for sentence vectors,
     *     whose cosines are close together; less where they spread from −1 to 1
     */
    record Ranking(double scale) implements Loss {

        /** What e to the power of is 0 in float32: a pair that does not count. */
        private static final double NOTHING = -1e9;

        /** Checks the scale. */
        public Ranking {
            if (!(scale > 0)) {
                throw new IllegalArgumentException("scale: got %s, expected more than 0".formatted(scale));
            }
        }

        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value gaps = ops.sub(ops.unsqueeze(output, 0), ops.unsqueeze(output, 1));
            Value counts = ops.greater(ops.unsqueeze(target, 1), ops.unsqueeze(target, 0));
            Value scaled = ops.where(counts, ops.mul(gaps, number(ops, scale)), number(ops, NOTHING));
            Value one = ops.constant("none", TensorData.vector(0f));
            // log(e⁰ + Σ eˣ) is what the softmax takes off the 0.
            Value all = ops.concat(0, List.of(one, ops.reshape(scaled, -1)));
            Value logarithms = ops.apply("LogSoftmax", List.of(all), Map.of("axis", Attribute.of(0)));
            Value first = ops.gather(logarithms, ops.constant("first", TensorData.scalar(0L)), 0);
            return ops.neg(first);
        }
    }

    /**
     * Sigmoid cross-entropy of scores and targets from 0 to 1, of one shape: the mean of −y·ln σ(x) − (1 − y)·ln(1 − σ(x)),
     * computed as ln(1 + eˣ) − x·y.
     */
    record BinaryCrossEntropy() implements Loss {
        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value softplus = ops.apply("Softplus", List.of(output), Map.of());
            return mean(ops, ops.sub(softplus, ops.mul(output, target)));
        }
    }

    /**
     * How unlike the similarities within a batch are: the mean of the squared differences between the cosines of all pairs of
     * rows of the output {@code [B, d]} and those of the target {@code [B, e]} (Park et al., "Relational knowledge
     * distillation", 2019, with cosines in place of distances). Widths may differ.
     */
    record Similarities() implements Loss {
        @Override
        public Value emit(Ops ops, Value output, Value target) {
            Value difference = ops.sub(similarities(ops, output, output), similarities(ops, target, target));
            return mean(ops, ops.mul(difference, difference));
        }
    }

    /** The cosines of the rows of two values {@code [..., d]}. */
    static Value cosines(Ops ops, Value a, Value b) {
        return ops.reduceSum(ops.mul(unitLength(ops, a), unitLength(ops, b)), List.of(-1L), KeepDims.DROP);
    }

    /** Rows {@code [n·B, d]} as n values {@code [B, d]}, in order; d is known. */
    static List<Value> parts(Ops ops, Value rows, int n) {
        long[] each = LongStream.generate(() -> 1).limit(n).toArray();
        return ops.split(ops.reshape(rows, n, -1, width(rows)), 0, each).stream()
                .map(part -> ops.squeeze(part, 0))
                .toList();
    }

    /** The last extent of a value, which is known. */
    static long width(Value rows) {
        TensorType type = rows.type();
        Shape shape = type == null ? null : type.shape();
        if (shape != null && shape.dim(-1) instanceof Dim.Known(long size)) {
            return size;
        }
        throw new IllegalArgumentException(rows + ": expected a known width");
    }

    /** The cosines of every row of a {@code [B, d]} with every row of b {@code [M, d]}: {@code [B, M]}. */
    private static Value similarities(Ops ops, Value a, Value b) {
        return ops.matMul(unitLength(ops, a), ops.transpose(unitLength(ops, b), 1, 0));
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
