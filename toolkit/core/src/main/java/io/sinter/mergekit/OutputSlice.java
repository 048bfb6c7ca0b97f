package io.sinter.mergekit;

import io.sinter.recipe.Place;
import java.util.List;

/**
 * Layers of the result that are merged from layers of the sources. A recipe with {@code models} has one slice of all
 * layers.
 *
 * @param place where the recipe has it
 * @param sources in order
 * @param parameters for all of them
 */
public record OutputSlice(Place place, List<SliceSource> sources, ParameterSet parameters) {

    /** Copies the list. */
    public OutputSlice {
        sources = List.copyOf(sources);
    }
}
