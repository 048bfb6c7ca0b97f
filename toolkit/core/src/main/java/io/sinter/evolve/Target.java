package io.sinter.evolve;

import io.sinter.error.RecipeException;
import io.sinter.output.Sha256;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What models are scored on.
 *
 * @param kind of score
 * @param file with the data
 * @param weight of the score in the mean of several
 */
public record Target(Kind kind, Path file, double weight) {

    private static final Pattern OPTION = Pattern.compile("(?<kind>\\w+):(?<file>.+?)(:(?<weight>[0-9.]+))?");

    /** Kinds of scores. */
    public enum Kind {
        /** Spearman's ρ of sentence similarities, × 100: higher is better. */
        STS,
        /** Mean loss of masked tokens: lower is better. */
        MLM;

        /** What a user reads. */
        public String label() {
            return switch (this) {
                case STS -> "Spearman × 100";
                case MLM -> "masked loss";
            };
        }

        /** What stands before a file of this kind. */
        String prefix() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** A score as something to make small. */
        double cost(double score) {
            return switch (this) {
                case STS -> -score;
                case MLM -> score;
            };
        }
    }

    /** Checks the weight. */
    public Target {
        if (!(weight > 0 && Double.isFinite(weight))) {
            throw new RecipeException("eval: %s: got the weight %s, expected a number above 0".formatted(file, weight));
        }
    }

    /**
     * Reads {@code sts:FILE[:WEIGHT]} or {@code mlm:FILE[:WEIGHT]}.
     *
     * @throws RecipeException if it is something else
     */
    public static Target parse(String option) {
        Matcher parts = OPTION.matcher(option);
        if (parts.matches()) {
            for (Kind kind : Kind.values()) {
                if (kind.prefix().equals(parts.group("kind"))) {
                    return new Target(kind, Path.of(parts.group("file")), weight(option, parts.group("weight")));
                }
            }
        }
        throw new RecipeException(
                "eval: got \"%s\", expected sts:FILE.tsv or mlm:FILE, with :WEIGHT where there are several"
                        .formatted(option));
    }

    private static double weight(String option, @Nullable String weight) {
        try {
            return weight == null ? 1 : Double.parseDouble(weight);
        } catch (NumberFormatException e) {
            throw new RecipeException(
                    "eval: %s: got the weight \"%s\", expected a number".formatted(option, weight), e);
        }
    }

    /** The same for the same data, wherever it lies. */
    String identity() {
        return "%s:%s %s".formatted(kind.prefix(), weight, Sha256.of(file));
    }

    @Override
    public String toString() {
        return "%s:%s%s".formatted(kind.prefix(), file, weight == 1 ? "" : ":" + weight);
    }
}
