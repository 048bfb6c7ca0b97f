package io.sinter.mergekit;

import io.sinter.recipe.Place;
import org.jspecify.annotations.Nullable;

/**
 * One model of an output slice.
 *
 * @param place where the recipe names it
 * @param model whose layers
 * @param layers which; null for all
 * @param parameters for what comes from it
 */
public record SliceSource(
        Place place, ModelReference model, @Nullable LayerRange layers, ParameterSet parameters) {

    /**
     * Layers from one on, up to another that is not among them.
     *
     * @param from first layer, from 0
     * @param to one behind the last
     */
    public record LayerRange(int from, int to) {

        /** Checks the order. */
        public LayerRange {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException(
                        "got layers [%d, %d), expected the first (from 0) and one behind the last".formatted(from, to));
            }
        }

        /** How many. */
        public int count() {
            return to - from;
        }
    }
}
