package io.sinter.missing;

import io.sinter.error.RecipeException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ways to make missing rows that a recipe can name. */
public final class MissingMethods {

    /** In the order in which they are listed to users. */
    public static final List<Class<? extends MissingRows>> BUILT_IN = List.of(
            Zero.class,
            Mean.class,
            RandomNormal.class,
            Subtoken.class,
            Nearest.class,
            Focus.class,
            Procrustes.class,
            Ridge.class,
            Omp.class,
            MatchingPursuit.class,
            LandmarkPca.class,
            SparseBasis.class);

    private MissingMethods() {}

    /** All of them by method. */
    public static Map<String, Class<? extends MissingRows>> all() {
        Map<String, Class<? extends MissingRows>> all = new LinkedHashMap<>();
        BUILT_IN.forEach(type -> all.put(method(type), type));
        return Collections.unmodifiableMap(all);
    }

    /**
     * The one of that name.
     *
     * @throws RecipeException if there is none, with those there are
     */
    public static Class<? extends MissingRows> named(String method) {
        Class<? extends MissingRows> type = all().get(method);
        if (type == null) {
            throw new RecipeException("missing: method: got \"%s\", expected one of %s"
                    .formatted(method, String.join(", ", all().keySet())));
        }
        return type;
    }

    /** The kebab-case name of a record: {@code RandomNormal} is {@code random-normal}. */
    public static String method(Class<? extends MissingRows> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
