package io.sinter.train;

import io.sinter.eval.Correlation;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What a combination is measured with while it learns: rows of its sources that it does not learn from, or not so. */
public sealed interface HeldOut {

    /**
     * Examples of the objective that are left out of the training: their mean loss.
     *
     * @param examples their numbers, at least one
     */
    record Examples(List<Integer> examples) implements HeldOut {

        /** Copies the list. */
        public Examples {
            examples = List.copyOf(examples);
            if (examples.isEmpty()) {
                throw new IllegalArgumentException("held-out examples: got none, expected one or more");
            }
        }
    }

    /**
     * Scored pairs: Spearman's ρ of their cosines and scores.
     *
     * @param pairs at least two
     */
    record Pairs(List<Objective.Scored> pairs) implements HeldOut {

        /** Copies the list. */
        public Pairs {
            pairs = List.copyOf(pairs);
            if (pairs.size() < 2) {
                throw new IllegalArgumentException(
                        "held-out pairs: got %d, expected 2 or more".formatted(pairs.size()));
            }
        }

        /** The rows that are looked at: firsts, then seconds. */
        int[] rows() {
            return IntStream.concat(
                            pairs.stream().mapToInt(p -> p.pair().first()),
                            pairs.stream().mapToInt(p -> p.pair().second()))
                    .toArray();
        }

        /** Spearman's ρ; 0 where all cosines are equal. */
        double spearman(TensorData vectors) {
            int n = pairs.size();
            double[] cosines = new double[n];
            Cosines rows = new Cosines(vectors);
            for (int i = 0; i < n; i++) {
                cosines[i] = rows.of(i, n + i);
            }
            double rho = Correlation.spearman(
                    pairs.stream().mapToDouble(Objective.Scored::score).toArray(), cosines);
            return Double.isNaN(rho) ? 0 : rho;
        }
    }

    /**
     * Triplets: the share whose anchor's cosine with the positive is higher than that with the negative.
     *
     * @param triplets at least one
     */
    record Triplets(List<Objective.Triple> triplets) implements HeldOut {

        /** Copies the list. */
        public Triplets {
            triplets = List.copyOf(triplets);
            if (triplets.isEmpty()) {
                throw new IllegalArgumentException("held-out triplets: got none, expected one or more");
            }
        }

        /** The rows that are looked at: anchors, positives, negatives. */
        int[] rows() {
            List<Integer> rows = new ArrayList<>();
            triplets.forEach(t -> rows.add(t.anchor()));
            triplets.forEach(t -> rows.add(t.positive()));
            triplets.forEach(t -> rows.add(t.negative()));
            return rows.stream().mapToInt(Integer::intValue).toArray();
        }

        /** The share that is right. */
        double accuracy(TensorData vectors) {
            int n = triplets.size();
            Cosines rows = new Cosines(vectors);
            long right = IntStream.range(0, n)
                    .filter(i -> rows.of(i, n + i) > rows.of(i, 2 * n + i))
                    .count();
            return (double) right / n;
        }
    }
}
