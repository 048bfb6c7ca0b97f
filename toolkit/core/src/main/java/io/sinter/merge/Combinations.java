package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.combine.Concatenation;
import io.sinter.combine.Reduction;
import io.sinter.combine.WidthMap;
import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.Recipe;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the combination that a recipe asks for out of its combiner and its {@code dimension}. */
final class Combinations {

    private Combinations() {}

    /** A source's name and the shape of its table. */
    record Table(String name, long rows, long width) {
        @Override
        public String toString() {
            return "%s [%d, %d]".formatted(name, rows, width);
        }
    }

    /**
     * The combination.
     *
     * @throws IncompatibleException if the widths do not fit, with every shape and the fix
     * @throws RecipeException if {@code dimension} names no model or number
     */
    static Combination of(Recipe recipe, List<Table> tables) {
        List<Long> widths = tables.stream().map(Table::width).toList();
        Combination plain = Combination.of(recipe.combine().combiner())
                .withRows(
                        recipe.combine().normalizeSources() ? Combination.Rows.UNIT_LENGTH : Combination.Rows.AS_GIVEN);
        DimensionEntry dimension = recipe.dimension();
        Combination combination =
                dimension == null ? plain : withDimension(plain, dimension, widths, target(dimension, tables));
        try {
            combination.outputWidth(widths);
            return combination;
        } catch (IncompatibleException e) {
            throw new IncompatibleException(
                    "%s; the tables are %s"
                            .formatted(
                                    e.getMessage(),
                                    tables.stream().map(Table::toString).collect(Collectors.joining(", "))),
                    e);
        }
    }

    private static Combination withDimension(Combination plain, DimensionEntry dimension, List<Long> widths, long to) {
        boolean concatenates = plain.combiner() instanceof Concatenation;
        return switch (dimension.by()) {
            case ZERO_PAD -> plain.withMaps(Collections.nCopies(widths.size(), new WidthMap.ZeroPad(to)));
            case LINEAR ->
                concatenates
                        ? plain.withReduction(new Reduction.Projection(to))
                        : plain.withMaps(
                                widths.stream().map(w -> projection(w, to)).toList());
            case PCA -> {
                if (!concatenates) {
                    throw new RecipeException("dimension: by: pca reduces a concatenation, but the method is "
                            + plain.combiner().method()
                            + "; use combine: {method: concatenation}, or by: zero-pad or linear");
                }
                yield plain.withReduction(new Reduction.Pca(to));
            }
        };
    }

    private static WidthMap projection(long width, long to) {
        return width == to ? new WidthMap.Keep() : new WidthMap.Projection(to);
    }

    private static long target(DimensionEntry dimension, List<Table> tables) {
        String to = dimension.to();
        if (to.equals("max")) {
            return tables.stream().mapToLong(Table::width).max().orElseThrow();
        }
        if (to.matches("[1-9][0-9]{0,6}")) {
            return Long.parseLong(to);
        }
        return tables.stream()
                .filter(t -> t.name().equals(to))
                .mapToLong(Table::width)
                .findFirst()
                .orElseThrow(() ->
                        new RecipeException("dimension: to: got \"%s\", expected a model (%s), a number, or max"
                                .formatted(to, tables.stream().map(Table::name).collect(Collectors.joining(", ")))));
    }

    /**
     * Checks that what comes out fits what it goes into.
     *
     * @param body the table that it replaces, or null
     * @throws IncompatibleException if it is of another width, with the fix
     */
    static void requireFits(Combination combination, List<Long> widths, @Nullable Table body) {
        long width = combination.outputWidth(widths);
        if (body != null && width != body.width()) {
            throw new IncompatibleException(
                    "the combined table is %d wide, but the body %s has [%d, %d]; reduce it with dimension: {to: %s, by: pca} or {to: %s, by: linear, parameters: FILE}, or leave out body: for a static embedding model"
                            .formatted(width, body.name(), body.rows(), body.width(), body.name(), body.name()));
        }
    }
}
