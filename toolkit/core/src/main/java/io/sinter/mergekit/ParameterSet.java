package io.sinter.mergekit;

import io.sinter.recipe.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Parameters that a recipe gives at one level. */
public record ParameterSet(Map<String, Entry> entries) {

    /** None. */
    public static final ParameterSet EMPTY = new ParameterSet(Map.of());

    /** What is given for a parameter, and where. */
    public record Entry(Place place, ParameterValue value) {}

    /** Keeps the order. */
    public ParameterSet {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** The number that this level gives a tensor, if it gives one. */
    public OptionalDouble at(String parameter, TensorPlace tensor) {
        Entry entry = entries.get(parameter);
        return entry == null ? OptionalDouble.empty() : entry.value.at(tensor);
    }

    /** All filters in it. */
    public Stream<String> filters() {
        return entries.values().stream().flatMap(e -> e.value.filters());
    }
}
