package io.sinter.weights;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of a method.
 *
 * @param name the recipe's key, in snake_case as mergekit has it
 * @param scope whether each model has a value of its own
 * @param kind what its values mean
 * @param defaultValue the value where a recipe gives none, or null where it must
 * @param range the values it may have; of a flag: 0 and 1
 * @param about one line for users
 */
public record Parameter(
        String name, Scope scope, Kind kind, @Nullable Double defaultValue, Interval range, String about) {

    /** For what a parameter has a value. */
    public enum Scope {
        /** One for each model, the base not counted. */
        MODEL,
        /** One for all models. */
        TENSOR
    }

    /** What the values of a parameter mean. */
    public enum Kind {
        /** A number. */
        NUMBER,
        /** Yes or no: 1 or 0. */
        FLAG,
        /** A whole number. */
        COUNT
    }

    /** Whether each model has a value of its own. */
    public boolean perModel() {
        return scope == Scope.MODEL;
    }

    /** Whether a recipe must give it. */
    public boolean isRequired() {
        return defaultValue == null;
    }

    static Parameter ofModel(String name, @Nullable Double defaultValue, Interval range, String about) {
        return new Parameter(name, Scope.MODEL, Kind.NUMBER, defaultValue, range, about);
    }

    static Parameter number(String name, @Nullable Double defaultValue, Interval range, String about) {
        return new Parameter(name, Scope.TENSOR, Kind.NUMBER, defaultValue, range, about);
    }

    static Parameter count(String name, int defaultValue, Interval range, String about) {
        return new Parameter(name, Scope.TENSOR, Kind.COUNT, (double) defaultValue, range, about);
    }

    /** A flag whose default is no. */
    static Parameter optIn(String name, String about) {
        return new Parameter(name, Scope.TENSOR, Kind.FLAG, 0.0, Interval.FRACTION, about);
    }

    /** A flag whose default is yes. */
    static Parameter optOut(String name, String about) {
        return new Parameter(name, Scope.TENSOR, Kind.FLAG, 1.0, Interval.FRACTION, about);
    }

    /** The value to use for a given one, or for none. */
    double value(String method, @Nullable Double given) {
        if (given == null) {
            if (defaultValue == null) {
                throw new IllegalArgumentException(
                        "%s needs `%s`: %s; it has no default".formatted(method, name, about));
            }
            return defaultValue;
        }
        if (!range.contains(given) || (kind != Kind.NUMBER && given != Math.rint(given))) {
            throw new IllegalArgumentException(
                    "%s: %s: got %s, expected %s".formatted(method, name, Interval.format(given), expected()));
        }
        return given;
    }

    /** The values that it may have, in words. */
    public String expected() {
        return switch (kind) {
            case NUMBER -> range.describe();
            case FLAG -> "true or false";
            case COUNT -> range.describe().replace("a number", "a whole number");
        };
    }
}
