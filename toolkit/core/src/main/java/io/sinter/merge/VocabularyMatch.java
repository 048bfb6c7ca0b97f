package io.sinter.merge;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens of the result a model has.
 *
 * @param model its name in the recipe
 * @param tokens of the result
 * @param matched how many were found how: {@code exact}, {@code normalized}, {@code case}, {@code role}
 * @param lacking how many were not found, and are made
 * @param missing the method that makes them; null where the combination does not read the model
 */
public record VocabularyMatch(
        String model,
        int tokens,
        Map<String, Integer> matched,
        int lacking,
        @Nullable String missing) {

    /** Share of the tokens that were found. */
    public double coverage() {
        return tokens == 0 ? 1 : 1 - (double) lacking / tokens;
    }

    /** In words. */
    String describe() {
        String how = matched.entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .map(e -> "%,d %s".formatted(e.getValue(), e.getKey()))
                .collect(Collectors.joining(", "));
        String found = "%s has %,d of the %,d tokens (%.1f %%%s)"
                .formatted(model, tokens - lacking, tokens, 100 * coverage(), how.isEmpty() ? "" : ": " + how);
        if (lacking == 0) {
            return found;
        }
        return found
                + (missing == null
                        ? "; the combination does not read it, so that no rows are made"
                        : "; %,d rows are made by %s".formatted(lacking, missing));
    }
}
