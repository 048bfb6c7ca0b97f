package io.sinter.merge;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.hub.Wanted;
import io.sinter.recipe.ModelEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.source.ModelSource;
import io.sinter.source.SourceTable;
import io.sinter.source.TensorSource;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.VocabularyComparison;
import io.sinter.vocabulary.VocabularyAlignment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The recipe for models that somebody names and nothing else: their tables averaged in the first one's body. Where the
 * tokenizers differ the body's vocabulary stays and orthogonal matching pursuit makes what the others lack; where widths
 * differ each other model is brought to the body's by ridge regression; where only the spaces differ (rows of the same
 * token have nothing in common), by orthogonal Procrustes.
 */
public final class CompactRecipe {

    /** Mean cosine between rows of the same token from which two tables count as grown from one. */
    static final double ONE_ORIGIN = 0.3;

    private static final int SAMPLE = 2048;

    private CompactRecipe() {}

    private record Opened(String name, String model, SourceTable table, Optional<SourceTokens> tokens) {}

    /**
     * Chooses.
     *
     * @param models as in a recipe's {@code model}: two or more
     * @param folder where relative paths start
     * @param minCoverage share of the body's tokens that each model must have; without it, as recipes have it
     * @param locations finds the models
     * @return the recipe, whose text says what was chosen and why
     * @throws io.sinter.error.SinterException if a model cannot be opened
     */
    public static Recipe of(List<String> models, Path folder, OptionalDouble minCoverage, ModelLocation locations) {
        if (models.size() < 2) {
            throw new RecipeException(
                    "%s: one model alone is nothing to merge; give a recipe (.yaml), or two models or more"
                            .formatted(String.join(", ", models)));
        }
        List<Opened> opened = open(models, folder, locations);
        StringBuilder text = new StringBuilder("# Chosen by sinter merge for models given by name.\nmodels:\n");
        opened.forEach(o -> text.append("  - {name: %s, model: %s}\n".formatted(quoted(o.name), quoted(o.model))));
        Opened body = opened.getFirst();
        text.append("body: %s\n".formatted(quoted(body.name)));
        text.append(vocabulary(opened, minCoverage));
        text.append(dimension(opened));
        text.append("combine: {method: average}\n");
        return RecipeReader.parse(folder.resolve("sinter-merge.yaml"), text.toString());
    }

    private static List<Opened> open(List<String> models, Path folder, ModelLocation locations) {
        Set<String> names = new HashSet<>();
        List<Opened> opened = new ArrayList<>();
        for (String model : models) {
            String name = new ModelEntry(null, model, null, null, null, null).name();
            String unique = names.add(name) ? name : name + "-" + (opened.size() + 1);
            names.add(unique);
            ModelSource source = ModelSource.open(locations.find(model, folder, Wanted.CHECKPOINT));
            if (opened.isEmpty() && source instanceof TensorSource) {
                throw new RecipeException(
                        "%s is a bare table, which has no encoder for the merged one; name a model first"
                                .formatted(model));
            }
            SourceTable table = source.table();
            opened.add(new Opened(unique, model, table, SourceTokens.of(unique, table.rows(), source)));
        }
        return opened;
    }

    private static String vocabulary(List<Opened> opened, OptionalDouble minCoverage) {
        Opened body = opened.getFirst();
        boolean same = opened.stream().allMatch(other -> sameTokens(body, other));
        return same
                ? "# The tokenizers have the same tokens.\n"
                : "# The tokenizers differ: the body's tokens stay, and rows that a model lacks are made.\nvocabulary: {from: %s, missing: {method: omp, k: 64}%s}\n"
                        .formatted(
                                quoted(body.name),
                                minCoverage.isPresent() ? ", min_coverage: " + minCoverage.getAsDouble() : "");
    }

    private static boolean sameTokens(Opened body, Opened other) {
        if (body.tokens.isEmpty() || other.tokens.isEmpty()) {
            return true;
        }
        return !(VocabularyComparison.compare(
                        body.tokens.get().vocabulary(), other.tokens.get().vocabulary())
                instanceof VocabularyComparison.Different);
    }

    private static String dimension(List<Opened> opened) {
        Opened body = opened.getFirst();
        String to = quoted(body.name);
        if (opened.stream().anyMatch(o -> o.table.width() != body.table.width())) {
            return "# The widths differ: %s.\ndimension: {to: %s, by: ridge}\n"
                    .formatted(
                            String.join(
                                    ", ",
                                    opened.stream()
                                            .map(o -> o.name + " " + o.table.width())
                                            .toList()),
                            to);
        }
        double lowest = opened.stream()
                .skip(1)
                .mapToDouble(o -> likeness(body, o))
                .min()
                .orElse(1);
        return lowest >= ONE_ORIGIN
                ? "# The tables have one origin: mean cosine of the same token's rows %.2f or more.\n".formatted(lowest)
                : "# The tables do not have one origin: mean cosine of the same token's rows %.2f.\ndimension: {to: %s, by: procrustes, scaled: true, centred: true}\n"
                        .formatted(lowest, to);
    }

    /** Mean cosine of rows of the same token, over some of those that both have. */
    private static double likeness(Opened body, Opened other) {
        int[][] shared = sameTokens(body, other) && body.table.rows() == other.table.rows()
                ? inOrder(body.table.rows())
                : VocabularyAlignment.of(
                                body.tokens.orElseThrow().forms(),
                                other.tokens.orElseThrow().forms())
                        .shared();
        if (shared[0].length == 0) {
            throw new IncompatibleException("%s and %s have no token in common".formatted(body.name, other.name));
        }
        return Arrays.stream(Rows.cosine(rows(body, shared[0]), rows(other, shared[1])))
                .average()
                .orElse(0);
    }

    private static int[][] inOrder(long rows) {
        int[] all = IntStream.range(0, Math.toIntExact(rows)).toArray();
        return new int[][] {all, all};
    }

    private static TensorData rows(Opened model, int[] rows) {
        int step = Math.max(1, rows.length / SAMPLE);
        long[] picked = IntStream.range(0, (rows.length + step - 1) / step)
                .mapToLong(i -> rows[i * step])
                .toArray();
        return Rows.gather(model.table.data(), picked);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
