package io.sinter.recipe;

import io.sinter.linalg.WhiteningKind;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How tables come to one width. Fits use the rows of tokens that the models share, in float64; each model that needs it
 * gets a map of its own.
 */
public sealed interface WidthMethod {

    /** Zeros after the end of the narrower rows, before combining. */
    record ZeroPad() implements WidthMethod {}

    /**
     * A given linear map: of each model before combining, or of the result where the combiner is concatenation.
     *
     * @param parameters a safetensors file, or {@code {file, prefix}}
     */
    record Linear(@Nullable Yaml parameters) implements WidthMethod {}

    /**
     * The linear map with intercept that brings each other model's shared rows nearest to those of the model in
     * {@code to}, with a penalty on its size.
     *
     * @param alpha the penalty, 0 or more; 1 if not given
     */
    record Ridge(@Nullable Double alpha) implements WidthMethod {

        /** Checks the penalty. */
        public Ridge {
            alpha = atLeastZero("ridge: alpha", alpha, 1);
        }
    }

    /**
     * The rotation (orthonormal rows or columns where widths differ) that brings each other model's shared rows nearest
     * to those of the model in {@code to}.
     *
     * @param scaled whether one factor is fitted with it
     * @param centred whether the means of both are taken off first, and that of the target added
     */
    record Procrustes(boolean scaled, boolean centred) implements WidthMethod {}

    /** The first principal components of the concatenated rows. */
    record Pca() implements WidthMethod {}

    /** The first right singular vectors of the concatenated rows, which are not centred. */
    record Svd() implements WidthMethod {}

    /**
     * The directions of two models that correlate most.
     *
     * @param reg added to the diagonals of both covariances; 0 if not given
     */
    record Cca(@Nullable Double reg) implements WidthMethod {

        /** Checks the regularisation. */
        public Cca {
            reg = atLeastZero("cca: reg", reg, 0);
        }
    }

    /**
     * The space that N models share most of (generalised CCA, MAX-VAR).
     *
     * @param reg added to the diagonal of each scatter matrix; 0 if not given
     */
    record Gcca(@Nullable Double reg) implements WidthMethod {

        /** Checks the regularisation. */
        public Gcca {
            reg = atLeastZero("gcca: reg", reg, 0);
        }
    }

    /**
     * Each model's own principal directions, scaled to variance 1.
     *
     * @param kind {@code pca}, or {@code zca}, which turns back and so keeps the width; pca if not given
     */
    record Whitening(@Nullable WhiteningKind kind) implements WidthMethod {}

    /** The methods by their names in recipes. */
    static Map<String, Class<? extends WidthMethod>> all() {
        Map<String, Class<? extends WidthMethod>> all = new LinkedHashMap<>();
        for (Class<? extends WidthMethod> type : List.of(
                ZeroPad.class,
                Linear.class,
                Ridge.class,
                Procrustes.class,
                Pca.class,
                Svd.class,
                Cca.class,
                Gcca.class,
                Whitening.class)) {
            all.put(name(type), type);
        }
        return Collections.unmodifiableMap(all);
    }

    /** The name in recipes: {@code ZeroPad} is {@code zero-pad}. */
    static String name(Class<? extends WidthMethod> type) {
        return RecordBinder.kebabCase(type.getSimpleName());
    }

    /** The name in recipes. */
    default String method() {
        return name(getClass());
    }

    private static double atLeastZero(String key, @Nullable Double value, double otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value < 0) {
            throw new IllegalArgumentException("%s: got %s, expected 0 or more".formatted(key, value));
        }
        return value;
    }
}
