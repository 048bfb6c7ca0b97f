package io.sinter.finetune;

import java.util.List;

/** Which of a model's weights are trained. */
public sealed interface Selection {

    /** All of them. */
    record All() implements Selection {}

    /**
     * Those that are named; see {@link Patterns}.
     *
     * @param patterns one or more
     */
    record Only(List<String> patterns) implements Selection {

        /** Copies the list. */
        public Only {
            patterns = List.copyOf(patterns);
        }
    }

    /**
     * Low-rank updates of matrices (Hu et al., "LoRA: low-rank adaptation of large language models", 2021,
     * arXiv:2106.09685): W + (alpha/rank)·A·B takes the place of W {@code [in, out]}, and A {@code [in, rank]}, which starts
     * at random, and B {@code [rank, out]}, which starts at 0, are trained. What is written is the sum.
     *
     * @param rank at least 1
     * @param alpha above 0
     * @param on patterns of the matrices; none for all that products read
     * @param seed of A
     */
    record Lora(int rank, double alpha, List<String> on, long seed) implements Selection {

        /** Checks the numbers, and copies the list. */
        public Lora {
            if (rank < 1 || !(alpha > 0)) {
                throw new IllegalArgumentException(
                        "lora: got rank %d, alpha %s: expected a rank of 1 or more and alpha above 0"
                                .formatted(rank, alpha));
            }
            on = List.copyOf(on);
        }
    }

    /** All weights. */
    static Selection all() {
        return new All();
    }
}
