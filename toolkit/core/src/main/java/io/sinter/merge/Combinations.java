package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.combine.Combiner;
import io.sinter.combine.Concatenation;
import io.sinter.combine.ContextCombiner;
import io.sinter.combine.Reduction;
import io.sinter.combine.WidthMap;
import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.WidthMethod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes the combination that a recipe asks for out of its combiner and its {@code dimension}. */
public final class Combinations {

    private Combinations() {}

    /**
     * A source's vectors.
     *
     * @param name of the source
     * @param shape of its table, {@code [V, d]}; of an encoder, {@code [d]}
     */
    public record Vectors(String name, List<Long> shape) {

        /** Copies the shape. */
        public Vectors {
            shape = List.copyOf(shape);
        }

        /** Of a table. */
        static Vectors ofTable(String name, long rows, long width) {
            return new Vectors(name, List.of(rows, width));
        }

        /** Of an encoder. */
        public static Vectors ofEncoder(String name, long width) {
            return new Vectors(name, List.of(width));
        }

        /** Width of a vector. */
        public long width() {
            return shape.getLast();
        }

        @Override
        public String toString() {
            return name + " " + shape;
        }
    }

    /**
     * The combination.
     *
     * @throws IncompatibleException if the widths do not fit, with every shape and the fix
     * @throws RecipeException if {@code dimension} names no model or number
     */
    public static Combination of(Recipe recipe, List<Vectors> tables) {
        requireLive(recipe);
        List<Long> widths = tables.stream().map(Vectors::width).toList();
        Combination plain = Combination.of(recipe.combine().combiner())
                .withRows(
                        recipe.combine().normalizeSources() ? Combination.Rows.UNIT_LENGTH : Combination.Rows.AS_GIVEN);
        DimensionEntry dimension = recipe.dimension();
        Combination sized = dimension == null ? plain : withDimension(plain, dimension, tables);
        Combination combination = recipe.combine().centreSources() ? centred(sized, dimension, tables.size()) : sized;
        try {
            combination.outputWidth(widths);
            return combination;
        } catch (IncompatibleException e) {
            throw new IncompatibleException(
                    "%s; the %s are %s"
                            .formatted(
                                    e.getMessage(),
                                    recipe.combinesEncoders() ? "vectors" : "tables",
                                    tables.stream().map(Vectors::toString).collect(Collectors.joining(", "))),
                    e);
        }
    }

    private static Combination centred(Combination plain, @Nullable DimensionEntry dimension, int sources) {
        if (dimension != null && !plain.maps().isEmpty()) {
            throw new RecipeException(
                    "combine: centre_sources goes with vectors as they are, or with dimension: by: pca or svd, but by: %s maps each model by itself: ridge, cca, gcca and whitening take means off already, procrustes does with centred: true; remove it"
                            .formatted(dimension.by().method()));
        }
        return plain.withMaps(Collections.nCopies(sources, new WidthMap.Centring()));
    }

    private static void requireLive(Recipe recipe) {
        switch (recipe.combine().combiner()) {
            case Combiner rowWise -> {}
            case ContextCombiner context -> {
                switch (recipe.combine().level()) {
                    case TOKEN -> {}
                    case SENTENCE ->
                        throw new RecipeException(
                                "combine: %s reads the tokens of a whole text, but at level sentence there is one vector of each; use level: token, or a row-wise method, such as dynamic-meta-embedding"
                                        .formatted(context.method()));
                    case TABLE -> requireMode(recipe, context);
                }
            }
        }
    }

    private static void requireMode(Recipe recipe, ContextCombiner context) {
        if (recipe.mode() == Recipe.Mode.BAKE) {
            throw new RecipeException(
                    "mode: bake: combine: %s reads whole texts, so that a token's vector is another in every text, and no table holds it; use mode: live, or a row-wise method, such as dynamic-meta-embedding"
                            .formatted(context.method()));
        }
    }

    private static Combination withDimension(Combination plain, DimensionEntry dimension, List<Vectors> tables) {
        List<Long> widths = tables.stream().map(Vectors::width).toList();
        long to = target(dimension, tables);
        return switch (dimension.by()) {
            case WidthMethod.ZeroPad pad ->
                plain.withMaps(Collections.nCopies(widths.size(), new WidthMap.ZeroPad(to)));
            case WidthMethod.Linear linear ->
                plain.combiner() instanceof Concatenation
                        ? plain.withReduction(new Reduction.Projection(to))
                        : plain.withMaps(
                                widths.stream().map(w -> projection(w, to)).toList());
            case WidthMethod.Pca pca -> reduced(plain, dimension.by(), to);
            case WidthMethod.Svd svd -> reduced(plain, dimension.by(), to);
            case WidthMethod.Ridge ridge -> plain.withMaps(towards(dimension, tables));
            case WidthMethod.Procrustes procrustes -> plain.withMaps(towards(dimension, tables));
            case WidthMethod.Cca cca -> {
                if (tables.size() != 2) {
                    throw new RecipeException("dimension: by: cca is between two models, but there are %d; use by: gcca"
                            .formatted(tables.size()));
                }
                yield plain.withMaps(common(widths, dimension.by(), to));
            }
            case WidthMethod.Gcca gcca -> plain.withMaps(common(widths, dimension.by(), to));
            case WidthMethod.Whitening whitening -> plain.withMaps(common(widths, dimension.by(), to));
        };
    }

    private static Combination reduced(Combination plain, WidthMethod method, long to) {
        if (!(plain.combiner() instanceof Concatenation)) {
            throw new RecipeException(
                    "dimension: by: %s reduces a concatenation, but the method is %s; use combine: {method: concatenation}, or another by:, such as procrustes"
                            .formatted(method.method(), plain.combiner().method()));
        }
        return plain.withReduction(new Reduction.Pca(to));
    }

    /** A map of each model but the one that they are brought to. */
    private static List<WidthMap> towards(DimensionEntry dimension, List<Vectors> tables) {
        int target = fittedTo(dimension, tables);
        List<WidthMap> maps = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            maps.add(
                    i == target
                            ? new WidthMap.Keep()
                            : new WidthMap.Projection(tables.get(target).width()));
        }
        return maps;
    }

    /** A map of every model into one space, which has at most as many directions as each of them. */
    private static List<WidthMap> common(List<Long> widths, WidthMethod method, long to) {
        for (long width : widths) {
            if (width < to) {
                throw new IncompatibleException(
                        "dimension: by: %s: vectors of width %d do not have %d directions: expected to: %d at most"
                                .formatted(method.method(), width, to, Collections.min(widths)));
            }
        }
        return Collections.nCopies(widths.size(), new WidthMap.Projection(to));
    }

    /**
     * The number of the model that others are fitted to.
     *
     * @throws RecipeException if {@code to} is a number that no model has
     */
    public static int fittedTo(DimensionEntry dimension, List<Vectors> tables) {
        int named = tables.stream().map(Vectors::name).toList().indexOf(dimension.to());
        if (named >= 0) {
            return named;
        }
        long width = target(dimension, tables);
        return IntStream.range(0, tables.size())
                .filter(i -> tables.get(i).width() == width)
                .findFirst()
                .orElseThrow(() -> new RecipeException(
                        "dimension: by: %s fits models to one of them, but none is %d wide; name one in to:, or use by: zero-pad, pca or gcca"
                                .formatted(dimension.by().method(), width)));
    }

    private static WidthMap projection(long width, long to) {
        return width == to ? new WidthMap.Keep() : new WidthMap.Projection(to);
    }

    private static long target(DimensionEntry dimension, List<Vectors> tables) {
        String to = dimension.to();
        if (to.equals("max")) {
            return tables.stream().mapToLong(Vectors::width).max().orElseThrow();
        }
        if (to.matches("[1-9][0-9]{0,6}")) {
            return Long.parseLong(to);
        }
        return tables.stream()
                .filter(t -> t.name().equals(to))
                .mapToLong(Vectors::width)
                .findFirst()
                .orElseThrow(() ->
                        new RecipeException("dimension: to: got \"%s\", expected a model (%s), a number, or max"
                                .formatted(
                                        to, tables.stream().map(Vectors::name).collect(Collectors.joining(", ")))));
    }

    /**
     * Checks that what comes out fits what it goes into.
     *
     * @param body the table that it replaces, or null
     * @throws IncompatibleException if it is of another width, with the fix
     */
    static void requireFits(Combination combination, List<Long> widths, @Nullable Vectors body) {
        long width = combination.outputWidth(widths);
        if (body != null && width != body.width()) {
            throw new IncompatibleException(
                    "the combined table is %d wide, but the body %s has %s; reduce it with dimension: {to: %s, by: pca} if it is a concatenation, bring the models there with {to: %s, by: ridge}, or leave out body: for a static embedding model"
                            .formatted(width, body.name(), body.shape(), body.name(), body.name()));
        }
    }
}
