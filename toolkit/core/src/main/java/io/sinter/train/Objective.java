package io.sinter.train;

import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a combination is to learn from rows of its sources. */
public sealed interface Objective {

    /** Rows of the sources that a pair of texts, tokens or pictures has. */
    record Pair(int first, int second) {}

    /**
     * How alike a pair is.
     *
     * @param score from −1 to 1
     */
    record Scored(Pair pair, double score) {}

    /** How many examples there are, of sources of so many rows. */
    int examples(int rows);

    /** The rows of the sources that a batch of examples looks at. */
    int[] rows(int[] examples);

    /** What a batch holds besides. */
    default Map<String, TensorData> inputs(int[] examples) {
        return Map.of();
    }

    /**
     * Emits the loss.
     *
     * @param output the combination of the looked-up rows
     * @param look what else there is to look at
     */
    Value emit(Ops ops, Value output, Look look);

    /**
     * What an objective can look at.
     *
     * @param ids the rows looked up, INT64 {@code [n]}
     * @param sources those rows of every source, {@code [n, dᵢ]}
     * @param learned defines a weight {@code [to, from]} that is learned besides
     */
    record Look(Value ids, List<Value> sources, WeightMaker learned) {}

    /** Defines a weight that starts at random. */
    interface WeightMaker {

        /** The weight {@code [to, from]} of a linear layer. */
        Value weight(String name, long to, long from);
    }

    /** An autoencoder: a linear decoder, learned too and then dropped, makes the sources' rows, side by side, of the result. */
    record Reconstruction() implements Objective {
        @Override
        public int examples(int rows) {
            return rows;
        }

        @Override
        public int[] rows(int[] examples) {
            return examples.clone();
        }

        @Override
        public Value emit(Ops ops, Value output, Look look) {
            Value sources = ops.concat(-1, look.sources);
            Value decoder = look.learned.weight("decoder", width(sources), width(output));
            return new Loss.MeanSquaredError().emit(ops, ops.gemm(output, decoder, null, Ops.Transposed.B), sources);
        }
    }

    /**
     * The combination is to be like the rows of another table.
     *
     * @param target float32 {@code [rows, width of the result]}
     * @param loss measures the difference
     */
    record Regression(TensorData target, Loss loss) implements Objective {
        @Override
        public int examples(int rows) {
            if (target.dim(0) != rows) {
                throw new IncompatibleException(
                        "regression: the target has %d rows, the sources have %d: expected one a row"
                                .formatted(target.dim(0), rows));
            }
            return rows;
        }

        @Override
        public int[] rows(int[] examples) {
            return examples.clone();
        }

        @Override
        public Value emit(Ops ops, Value output, Look look) {
            return loss.emit(ops, output, ops.gather(ops.constant("target", target), look.ids, 0));
        }
    }

    /**
     * The cosine of a pair is to be its score: the mean of the squared differences.
     *
     * @param examples pairs of rows
     */
    record Similarity(List<Scored> examples) implements Objective {

        private static final String SCORES = "scores";

        /** Copies the list. */
        public Similarity {
            examples = List.copyOf(examples);
        }

        @Override
        public int examples(int rows) {
            return requireRows(pairs(), rows);
        }

        @Override
        public int[] rows(int[] batch) {
            return rowsOf(pairs(), batch);
        }

        @Override
        public Map<String, TensorData> inputs(int[] batch) {
            float[] scores = new float[batch.length];
            IntStream.range(0, scores.length).forEach(i -> scores[i] = (float) examples.get(batch[i]).score);
            return Map.of(SCORES, TensorData.vector(scores));
        }

        private List<Pair> pairs() {
            return examples.stream().map(Scored::pair).toList();
        }

        @Override
        public Value emit(Ops ops, Value output, Look look) {
            List<Value> sides = sides(ops, output);
            Value cosines = Loss.cosines(ops, sides.get(0), sides.get(1));
            Value wanted = ops.graph().addInput(SCORES, new TensorType(DType.FLOAT, Shape.of(Dim.unknown())));
            return new Loss.MeanSquaredError().emit(ops, cosines, wanted);
        }
    }

    /**
     * The second of a pair is to be nearer to the first than the seconds of the batch's other pairs.
     *
     * @param pairs of rows
     * @param temperature as that of {@link Loss.InfoNce}
     */
    record Contrastive(List<Pair> pairs, double temperature) implements Objective {

        /** Copies the pairs. */
        public Contrastive {
            pairs = List.copyOf(pairs);
        }

        @Override
        public int examples(int rows) {
            return requireRows(pairs, rows);
        }

        @Override
        public int[] rows(int[] examples) {
            return rowsOf(pairs, examples);
        }

        @Override
        public Value emit(Ops ops, Value output, Look look) {
            List<Value> sides = sides(ops, output);
            return new Loss.InfoNce(temperature).emit(ops, sides.get(0), sides.get(1));
        }
    }

    private static long width(Value rows) {
        TensorType type = rows.type();
        Shape shape = type == null ? null : type.shape();
        if (shape != null && shape.dim(-1) instanceof Dim.Known(long size)) {
            return size;
        }
        throw new IllegalArgumentException(rows + ": expected a known width");
    }

    /** Firsts, then seconds. */
    private static int[] rowsOf(List<Pair> pairs, int[] examples) {
        int[] rows = new int[2 * examples.length];
        for (int i = 0; i < examples.length; i++) {
            rows[i] = pairs.get(examples[i]).first;
            rows[i + examples.length] = pairs.get(examples[i]).second;
        }
        return rows;
    }

    /** The firsts and the seconds, {@code [B, d]} each. */
    private static List<Value> sides(Ops ops, Value output) {
        return ops.split(ops.reshape(output, 2, -1, width(output)), 0, 1, 1).stream()
                .map(side -> ops.squeeze(side, 0))
                .toList();
    }

    private static int requireRows(List<Pair> pairs, int rows) {
        if (pairs.isEmpty()) {
            throw new IncompatibleException("pairs: got none, expected one or more");
        }
        for (Pair pair : pairs) {
            if (Math.min(pair.first, pair.second) < 0 || Math.max(pair.first, pair.second) >= rows) {
                throw new IncompatibleException(
                        "pairs: got rows %d and %d, but there are %d".formatted(pair.first, pair.second, rows));
            }
        }
        return pairs.size();
    }
}
