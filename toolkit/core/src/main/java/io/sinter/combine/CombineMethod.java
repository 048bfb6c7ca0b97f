package io.sinter.combine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A way to make one vector of N: {@linkplain Combiner row by row}, or {@linkplain ContextCombiner with the whole text in view}. */
public sealed interface CombineMethod permits Combiner, ContextCombiner {

    /** The built-in ones, row-wise ones first. */
    static List<Class<? extends CombineMethod>> builtIn() {
        List<Class<? extends CombineMethod>> all = new ArrayList<>(Combiners.BUILT_IN);
        all.addAll(ContextCombiners.BUILT_IN);
        return List.copyOf(all);
    }

    /** All that a recipe can name, row-wise ones first, by method. */
    static Map<String, Class<? extends CombineMethod>> all() {
        Map<String, Class<? extends CombineMethod>> all = new LinkedHashMap<>(Combiners.all());
        ContextCombiners.all().forEach((method, type) -> {
            Class<? extends CombineMethod> other = all.putIfAbsent(method, type);
            if (other != null) {
                throw new IllegalStateException(
                        "the combiners %s and %s are both named %s".formatted(other.getName(), type.getName(), method));
            }
        });
        return Collections.unmodifiableMap(all);
    }

    /** The kebab-case name in recipes, made of the record's: {@code WeightedSum} is {@code weighted-sum}. */
    default String method() {
        return Combiners.method(getClass());
    }

    /**
     * Width of the result.
     *
     * @param widths of the sources, in order
     * @throws io.sinter.error.IncompatibleException if sources of these widths cannot be combined, with the fix
     */
    long outputWidth(List<Long> widths);

    /** The parameters that sources of these widths need, in a fixed order; none for most. */
    default List<ParameterSpec> parameters(List<Long> widths) {
        return List.of();
    }

    /**
     * Whether the result depends on a source. Of one that it does not depend on, rows that are lacking need not be made.
     *
     * @param source its number, from 0
     */
    default boolean reads(int source) {
        return true;
    }
}
