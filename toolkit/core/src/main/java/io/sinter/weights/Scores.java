package io.sinter.weights;

import java.util.List;
import java.util.stream.Stream;

/**
 * How much each element of a model changed: {@code |δ|} times its row's {@code KL(softmax X ‖ softmax B)}.
 */
final class Scores {

    private final TensorGroup group;
    private final float[] divergences;

    /** With a divergence, 0 or more, for each row. */
    private Scores(TensorGroup group, float[] divergences) {
        this.group = group;
        this.divergences = divergences;
    }

    /** Computes the rows' divergences: two passes over each row. */
    static Scores of(TensorGroup group) {
        long length = Math.max(1, group.rowLength());
        Scores scores = new Scores(group, new float[Math.toIntExact(group.elements() / length)]);
        Sweep.units(group, scores.divergences.length, length, (reader, first, end) -> {
            Divergence divergence = new Divergence(reader);
            for (long row = first; row < end; row++) {
                scores.divergences[(int) row] = (float) divergence.of(row * length, (row + 1) * length);
            }
            return end;
        });
        return scores;
    }

    /** The median and 1.5 times the distance of the quartiles. */
    double fence() {
        long last = group.elements() - 1;
        List<Double> ranks = Stream.of(0.25, 0.5, 0.75).map(q -> q * last).toList();
        List<Selection.Wanted> wanted = ranks.stream()
                .flatMap(rank -> Stream.of(Math.floor(rank), Math.ceil(rank)))
                .map(rank -> new Selection.Wanted(0, group.elements() - rank.longValue()))
                .toList();
        List<Float> values = Selection.keys(group, reader -> new Block(reader), wanted).stream()
                .map(Float::intBitsToFloat)
                .toList();
        double[] quartiles = new double[3];
        for (int i = 0; i < 3; i++) {
            double lower = values.get(2 * i);
            quartiles[i] = lower + (ranks.get(i) - Math.floor(ranks.get(i))) * (values.get(2 * i + 1) - lower);
        }
        return quartiles[1] + 1.5 * (quartiles[2] - quartiles[0]);
    }

    /** The scores of a block. One a task. */
    final class Block implements Selection.Keys {

        private final Reader reader;
        private final float[] base = new float[Reader.ROOM];
        private final float[] model = new float[Reader.ROOM];
        private final float[] scores = new float[Reader.ROOM];
        private long first;
        private int count;

        Block(Reader reader) {
            this.reader = reader;
        }

        float[] base() {
            return base;
        }

        float[] model() {
            return model;
        }

        @Override
        public void at(long firstElement, int elements) {
            first = firstElement;
            count = elements;
            reader.read(-1, first, count, base);
            reader.read(0, first, count, model);
        }

        void scores(float[] target) {
            long length = group.rowLength();
            for (int at = 0; at < count; ) {
                long row = (first + at) / length;
                int end = (int) Math.min(count, (row + 1) * length - first);
                float divergence = divergences[(int) row];
                for (int i = at; i < end; i++) {
                    target[i] = Math.abs(model[i] - base[i]) * divergence;
                }
                at = end;
            }
        }

        @Override
        public void read(int ranking, int[] target) {
            scores(scores);
            MagnitudePruning.magnitudes(scores, count, target);
        }
    }

    /** KL(softmax X ‖ softmax B) = Σ p (x − b) − log Σ exp x + log Σ exp b. One a task. */
    private static final class Divergence {

        private final Reader reader;
        private final float[] base = new float[Reader.ROOM];
        private final float[] model = new float[Reader.ROOM];
        private float largestBase;
        private float largestModel;
        private double sumBase;
        private double sumModel;
        private double sumDifference;

        Divergence(Reader reader) {
            this.reader = reader;
        }

        double of(long first, long end) {
            largestBase = Float.NEGATIVE_INFINITY;
            largestModel = Float.NEGATIVE_INFINITY;
            Sweep.blocks(first, end, (at, count) -> {
                read(at, count);
                for (int i = 0; i < count; i++) {
                    largestBase = Math.max(largestBase, base[i]);
                    largestModel = Math.max(largestModel, model[i]);
                }
            });
            sumBase = 0;
            sumModel = 0;
            sumDifference = 0;
            Sweep.blocks(first, end, (at, count) -> {
                read(at, count);
                for (int i = 0; i < count; i++) {
                    double p = Math.exp((double) model[i] - largestModel);
                    sumModel += p;
                    sumBase += Math.exp((double) base[i] - largestBase);
                    sumDifference += p * ((double) model[i] - base[i]);
                }
            });
            double divergence =
                    sumDifference / sumModel - (largestModel + Math.log(sumModel)) + (largestBase + Math.log(sumBase));
            return Math.max(0, divergence);
        }

        private void read(long first, int count) {
            reader.read(-1, first, count, base);
            reader.read(0, first, count, model);
        }
    }
}
