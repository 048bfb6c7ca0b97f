package io.sinter.ensemble;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.quality.SampleTexts;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.FitEntry;
import io.sinter.recipe.Recipe;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The texts of a recipe's {@code fit}. */
final class FitTexts {

    private FitTexts() {}

    /**
     * Checks that a recipe names texts where something is fitted, and only there.
     *
     * @throws RecipeException if not, with what to write
     * @throws UnsupportedException if something is to be fitted to vectors of tokens
     */
    static void require(Recipe recipe) {
        DimensionEntry dimension = recipe.dimension();
        String what = recipe.combine().centreSources() || dimension == null
                ? "combine: centre_sources"
                : "dimension: by: " + dimension.by().method();
        FitEntry fit = recipe.fit();
        if (!EncoderFits.isWanted(recipe)) {
            if (fit != null) {
                throw new RecipeException(
                        "fit: nothing of this recipe is fitted; remove it, or ask for combine: {centre_sources: true}, or for a dimension: by: svd, gcca, procrustes, ...");
            }
            return;
        }
        if (recipe.combine().level() == Level.TOKEN) {
            throw new UnsupportedException(
                    "%s is fitted to vectors of texts, but at level token those of tokens are combined; use level: sentence, or dimension: by: linear with parameters"
                            .formatted(what));
        }
        if (fit == null) {
            throw new RecipeException(
                    "%s is fitted to the encoders' vectors of texts, but the recipe names none: add fit: {texts: FILE}, a file with a text a line, of the kind that the result will read; a sample of them with fit: {texts: FILE, sample: 5000, seed: 1}"
                            .formatted(what));
        }
    }

    /**
     * All of the file's texts, or a sample of them, in the file's order.
     *
     * @throws io.sinter.error.SinterException if the file cannot be read, or has fewer texts than the sample
     */
    static List<String> of(Recipe recipe, FitEntry fit) {
        SampleTexts file = SampleTexts.read(recipe.folder().resolve(fit.texts()));
        Integer sample = fit.sample();
        Long seed = fit.seed();
        if (sample == null || seed == null) {
            return file.texts();
        }
        int all = file.texts().size();
        if (sample > all) {
            throw new IncompatibleException("fit: sample: got %,d, but %s has %,d texts: expected that many at most"
                    .formatted(sample, file.origin(), all));
        }
        return drawn(all, sample, seed).mapToObj(file.texts()::get).toList();
    }

    /** So many of the numbers below {@code all}, each set as likely as any other (a shuffle that is stopped), in order. */
    private static IntStream drawn(int all, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] numbers = IntStream.range(0, all).toArray();
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, all);
            int kept = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = kept;
        }
        return IntStream.of(numbers).limit(count).sorted();
    }
}
