package io.sinter.combine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The combiners with the whole text in view that a recipe can name. */
public final class ContextCombiners {

    /** The built-in ones. */
    public static final List<Class<? extends ContextCombiner>> BUILT_IN =
            List.of(ContextualizedDynamicMetaEmbedding.class, SelfAttentiveMetaEmbedding.class);

    private ContextCombiners() {}

    /** All of them by method. */
    public static Map<String, Class<? extends ContextCombiner>> all() {
        Map<String, Class<? extends ContextCombiner>> all = new LinkedHashMap<>();
        BUILT_IN.forEach(type -> all.put(Combiners.method(type), type));
        return Collections.unmodifiableMap(all);
    }
}
