package io.sinter.mergekit;

import io.sinter.recipe.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The texts that the models of a merge are run over, a file each: its own or the recipe's.
 *
 * @param files by model; empty where the method runs none
 */
public record TextsEntry(Map<ModelReference, Source> files) {

    /** None. */
    public static final TextsEntry NONE = new TextsEntry(Map.of());

    /**
     * A file.
     *
     * @param place where the recipe names it
     * @param path as it is written, from the recipe's folder
     */
    public record Source(Place place, String path) {}

    /** Keeps the order. */
    public TextsEntry {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }
}
