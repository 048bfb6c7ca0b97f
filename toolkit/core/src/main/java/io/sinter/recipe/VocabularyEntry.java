package io.sinter.recipe;

import io.sinter.missing.MissingRows;
import io.sinter.vocabulary.Add;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens the result has, and what stands for those that a model lacks.
 *
 * @param from whose: a model's name, {@link #UNION} or {@link #INTERSECTION}
 * @param missing how rows are made that a model lacks
 * @param add which tokens of the others a union takes
 * @param minCoverage share of the result's tokens that each model must have a row for
 * @param align what is brought together: rows of tables, or the tokens of two tokenizers at run time
 */
public record VocabularyEntry(String from, MissingRows missing, Add add, double minCoverage, Align align) {

    /** All models' tokens. */
    public static final String UNION = "union";

    /** The tokens that all models have. */
    public static final String INTERSECTION = "intersection";

    /** {@link #minCoverage} where a recipe gives none. */
    public static final double USUAL_COVERAGE = 0.2;

    /** What is brought together. */
    public enum Align {
        /** Rows: one tokenizer, and a row of every model for each of its tokens. */
        VOCABULARY,
        /** Texts: each model's own tokenizer, and for each token of the body those of the others that cover its characters. */
        OFFSETS,
        /** Places: each model's own tokenizer, the n-th token beside the n-th. A baseline, no more. */
        POSITION
    }

    /** Checks the share. */
    public VocabularyEntry {
        requireShare(minCoverage);
    }

    private static void requireShare(double minCoverage) {
        if (!(minCoverage >= 0 && minCoverage <= 1)) {
            throw new IllegalArgumentException("min_coverage: got %s, expected 0 to 1".formatted(minCoverage));
        }
    }

    /** As a recipe writes it. */
    record Keys(
            @Nullable String from,
            @Nullable Yaml missing,
            @Nullable Add add,
            @Nullable Double minCoverage,
            @Nullable Align align) {

        /** Checks the share here, where the recipe's line is known. */
        Keys {
            requireShare(minCoverage == null ? USUAL_COVERAGE : minCoverage);
        }
    }
}
