package io.sinter.mergekit;

import io.sinter.recipe.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens the result has, and where their rows come from.
 *
 * @param place where the recipe says it
 * @param from whose tokens
 * @param tokens rows of single tokens that are taken from somewhere else than usual
 * @param padToMultipleOf the table gets rows of zeros up to a multiple of this; 1 for none
 */
public record TokenizerEntry(Place place, From from, Map<String, TokenRow> tokens, int padToMultipleOf) {

    /** Keeps the order. */
    public TokenizerEntry {
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
    }

    /** Whose tokens. */
    public sealed interface From {
        /** The base model's. */
        record Base() implements From {}

        /** Those of all models: the base's, and behind them what the others have besides. */
        record Union() implements From {}

        /** One model's. */
        record Model(ModelReference model) implements From {}
    }

    /**
     * A token's row.
     *
     * @param source where it comes from
     * @param force whether models that have a row of their own for the token get this one too
     */
    public record TokenRow(Place place, RowSource source, boolean force) {}

    /** Where a row comes from. */
    public sealed interface RowSource {
        /** Zeros. */
        record Zero() implements RowSource {}

        /**
         * A model's row.
         *
         * @param token another token of it, or null for the same
         * @param id a row of it, or null
         */
        record OfModel(
                ModelReference model,
                @Nullable String token,
                @Nullable Integer id) implements RowSource {}
    }
}
