package io.sinter.evolve;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * The values that a number of a recipe may have in a search, from {@code from} to {@code to}.
 *
 * @param from smallest
 * @param to largest
 * @param scale on which values are near each other
 * @param kind of number
 */
public record Range(double from, double to, Scale scale, Kind kind) {

    /** Digits that a real value is rounded to: more make no difference, and recipes are read by people. */
    private static final MathContext DIGITS = new MathContext(5, RoundingMode.HALF_EVEN);

    /** On which values are near each other. */
    public enum Scale {
        /** By their differences. */
        LINEAR,
        /** By their ratios. */
        LOG
    }

    /** Kind of number. */
    public enum Kind {
        /** Any. */
        REAL,
        /** Whole. */
        INTEGER
    }

    /** Checks the bounds. */
    public Range {
        if (!(Double.isFinite(from) && Double.isFinite(to) && from < to)) {
            throw new IllegalArgumentException(
                    "got %s to %s, expected a smaller and a larger number".formatted(from, to));
        }
        if (scale == Scale.LOG && from <= 0) {
            throw new IllegalArgumentException(
                    "got %s to %s on a log scale, expected numbers above 0".formatted(from, to));
        }
        if (kind == Kind.INTEGER && (from != Math.rint(from) || to != Math.rint(to))) {
            throw new IllegalArgumentException("got %s to %s, expected whole numbers".formatted(from, to));
        }
    }

    /** The value at a part of the way, 0 at {@code from} and 1 at {@code to}: rounded to 5 digits, or to a whole number. */
    public double at(double part) {
        double value = switch (scale) {
            case LINEAR -> from + part * (to - from);
            case LOG -> from * Math.pow(to / from, part);
        };
        double rounded = switch (kind) {
            case REAL -> new BigDecimal(value).round(DIGITS).doubleValue();
            case INTEGER -> Math.rint(value);
        };
        return Math.clamp(rounded, from, to);
    }

    /** How far along a value is: the inverse of {@link #at}, but for rounding. */
    public double part(double value) {
        return switch (scale) {
            case LINEAR -> (value - from) / (to - from);
            case LOG -> Math.log(value / from) / Math.log(to / from);
        };
    }

    /** Whether a value is in it. */
    public boolean contains(double value) {
        return value >= from && value <= to;
    }

    /** A value as a recipe has it. */
    public String format(double value) {
        return kind == Kind.INTEGER
                ? String.valueOf((long) value)
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return "%s to %s%s%s"
                .formatted(
                        format(from),
                        format(to),
                        scale == Scale.LOG ? ", log" : "",
                        kind == Kind.INTEGER ? ", integer" : "")
                .toLowerCase(Locale.ROOT);
    }
}
