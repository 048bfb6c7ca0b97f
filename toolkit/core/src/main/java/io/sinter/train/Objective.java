package io.sinter.train;

import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
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
     * @param score from −1 to 1 where it is the cosine that is wanted; any number where only the order counts
     */
    record Scored(Pair pair, double score) {}

    /**
     * Rows of three.
     *
     * @param anchor the one that is looked at
     * @param positive what is to be near it
     * @param negative what is to be farther away
     */
    record Triple(int anchor, int positive, int negative) {}

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

    /**
     * An autoencoder: linear decoders, learned too and then dropped, make the sources' rows of the result again; the mean of
     * the squared differences over all of them, side by side.
     *
     * @param decoded of what they make them
     */
    record Reconstruction(Decoded decoded) implements Objective {

        /** What a source is made of. */
        public enum Decoded {
            /** The whole result. */
            WHOLE,
            /** A part of its own: the result is cut into as many equal parts as there are sources. */
            PARTS
        }

        /** Of the whole result. */
        public Reconstruction() {
            this(Decoded.WHOLE);
        }

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
            Value made = switch (decoded) {
                case WHOLE -> decoded(ops, output, "decoder", new Wanted(Loss.width(sources), look.learned));
                case PARTS -> ofParts(ops, output, look);
            };
            return new Loss.MeanSquaredError().emit(ops, made, sources);
        }

        private record Wanted(long width, WeightMaker learned) {}

        private static Value decoded(Ops ops, Value code, String name, Wanted wanted) {
            Value decoder = wanted.learned.weight(name, wanted.width, Loss.width(code));
            return ops.gemm(code, decoder, null, Ops.Transposed.B);
        }

        private static Value ofParts(Ops ops, Value output, Look look) {
            int count = look.sources.size();
            long width = Loss.width(output);
            if (width % count != 0) {
                throw new IncompatibleException(
                        "reconstruction: a result of width %d cannot be cut into %d equal parts: expected a multiple"
                                .formatted(width, count));
            }
            long[] widths =
                    IntStream.range(0, count).mapToLong(i -> width / count).toArray();
            List<Value> parts = ops.split(output, -1, widths);
            List<Value> made = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Wanted wanted = new Wanted(Loss.width(look.sources.get(i)), look.learned);
                made.add(decoded(ops, parts.get(i), "decoder" + (i + 1), wanted));
            }
            return ops.concat(-1, made);
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
            if (Loss.width(output) != target.dim(1)) {
                throw new IncompatibleException("regression: the target is %d wide, the result %d: expected one width"
                        .formatted(target.dim(1), Loss.width(output)));
            }
            return loss.emit(ops, output, ops.gather(ops.constant("target", target), look.ids, 0));
        }
    }

    /**
     * The cosines of pairs are to go with their scores.
     *
     * @param examples pairs of rows
     * @param loss of cosines {@code [B]} and scores {@code [B]}: {@link Loss.MeanSquaredError} asks for the scores
     *     themselves, {@link Loss.Ranking} for their order, {@link Loss.CosineEmbedding} for near or far
     */
    record Similarity(List<Scored> examples, Loss loss) implements Objective {

        private static final String SCORES = "scores";

        /** Copies the list. */
        public Similarity {
            examples = List.copyOf(examples);
        }

        /** The cosines are to be the scores. */
        public Similarity(List<Scored> examples) {
            this(examples, new Loss.MeanSquaredError());
        }

        @Override
        public int examples(int rows) {
            return requireRows("pairs", tuples(), rows);
        }

        @Override
        public int[] rows(int[] batch) {
            return side(tuples(), batch);
        }

        @Override
        public Map<String, TensorData> inputs(int[] batch) {
            float[] scores = new float[batch.length];
            IntStream.range(0, scores.length).forEach(i -> scores[i] = (float) examples.get(batch[i]).score);
            return Map.of(SCORES, TensorData.vector(scores));
        }

        private List<int[]> tuples() {
            return examples.stream().map(Scored::pair).map(Objective::tuple).toList();
        }

        @Override
        public Value emit(Ops ops, Value output, Look look) {
            List<Value> sides = Loss.parts(ops, output, 2);
            Value cosines = Loss.cosines(ops, sides.get(0), sides.get(1));
            Value wanted = ops.graph().addInput(SCORES, new TensorType(DType.FLOAT, Shape.of(Dim.unknown())));
            return loss.emit(ops, cosines, wanted);
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
            return requireRows("pairs", tuples(), rows);
        }

        @Override
        public int[] rows(int[] examples) {
            return side(tuples(), examples);
        }

        private List<int[]> tuples() {
            return pairs.stream().map(Objective::tuple).toList();
        }

        @Override
        public Value emit(Ops ops, Value output, Look look) {
            List<Value> sides = Loss.parts(ops, output, 2);
            return new Loss.InfoNce(temperature).emit(ops, sides.get(0), sides.get(1));
        }
    }

    /**
     * The second of three is to be nearer to the first than the third, by a margin of their cosines.
     *
     * @param examples of rows
     * @param margin as that of {@link Loss.Triplet}
     */
    record Triplet(List<Triple> examples, double margin) implements Objective {

        /** Copies the list. */
        public Triplet {
            examples = List.copyOf(examples);
        }

        @Override
        public int examples(int rows) {
            return requireRows("triplets", tuples(), rows);
        }

        @Override
        public int[] rows(int[] batch) {
            return side(tuples(), batch);
        }

        private List<int[]> tuples() {
            return examples.stream()
                    .map(t -> new int[] {t.anchor, t.positive, t.negative})
                    .toList();
        }

        @Override
        public Value emit(Ops ops, Value output, Look look) {
            List<Value> three = Loss.parts(ops, output, 3);
            Value others = ops.concat(0, three.subList(1, 3));
            return new Loss.Triplet(margin).emit(ops, three.getFirst(), others);
        }
    }

    private static int[] tuple(Pair pair) {
        return new int[] {pair.first, pair.second};
    }

    /** All firsts, then all seconds, and so on. */
    private static int[] side(List<int[]> tuples, int[] examples) {
        int each = tuples.getFirst().length;
        int[] rows = new int[each * examples.length];
        for (int i = 0; i < examples.length; i++) {
            for (int k = 0; k < each; k++) {
                rows[k * examples.length + i] = tuples.get(examples[i])[k];
            }
        }
        return rows;
    }

    private static int requireRows(String what, List<int[]> tuples, int rows) {
        if (tuples.isEmpty()) {
            throw new IncompatibleException("%s: got none, expected one or more".formatted(what));
        }
        for (int[] tuple : tuples) {
            for (int row : tuple) {
                if (row < 0 || row >= rows) {
                    throw new IncompatibleException("%s: got row %d, but there are %d".formatted(what, row, rows));
                }
            }
        }
        return tuples.size();
    }
}
