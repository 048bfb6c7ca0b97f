package io.sinter.combine;

import io.sinter.error.RecipeException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;

/** The row-wise combiners that a recipe can name: the built-in ones, and those of every {@link CombinerProvider}. */
public final class Combiners {

    /** The built-in combiners. */
    public static final List<Class<? extends Combiner>> BUILT_IN = List.of(
            Average.class,
            WeightedSum.class,
            Concatenation.class,
            Linear.class,
            Mlp.class,
            Attention.class,
            DynamicMetaEmbedding.class,
            Gate.class,
            Select.class);

    private Combiners() {}

    /**
     * All combiners by method, the built-in ones first.
     *
     * @throws IllegalStateException if a class is no record, or two have the same method
     */
    public static Map<String, Class<? extends Combiner>> all() {
        Map<String, Class<? extends Combiner>> all = new LinkedHashMap<>();
        BUILT_IN.forEach(type -> register(all, type));
        ServiceLoader.load(CombinerProvider.class)
                .forEach(provider -> provider.combiners().forEach(type -> register(all, type)));
        return Collections.unmodifiableMap(all);
    }

    /**
     * The combiner of that method.
     *
     * @throws RecipeException if there is none, with those there are
     */
    public static Class<? extends Combiner> named(String method) {
        Map<String, Class<? extends Combiner>> all = all();
        Class<? extends Combiner> type = all.get(method);
        if (type == null) {
            throw new RecipeException("combine: method: got \"%s\", expected one of %s"
                    .formatted(method, String.join(", ", all.keySet())));
        }
        return type;
    }

    /** The kebab-case name of a combiner's record: {@code WeightedSum} is {@code weighted-sum}. */
    public static String method(Class<? extends CombineMethod> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static void register(Map<String, Class<? extends Combiner>> all, Class<? extends Combiner> type) {
        if (!type.isRecord()) {
            throw new IllegalStateException(type.getName() + " is no record: the components are the recipe's keys");
        }
        Class<? extends Combiner> other = all.putIfAbsent(method(type), type);
        if (other != null) {
            throw new IllegalStateException("the combiners %s and %s are both named %s"
                    .formatted(other.getName(), type.getName(), method(type)));
        }
    }
}
