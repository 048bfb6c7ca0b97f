package io.sinter.weights;

/**
 * The values that a parameter may have, ends included.
 *
 * @param least negative infinity where there is no lower end
 * @param most infinity where there is no upper end
 */
public record Interval(double least, double most) {

    /** Any finite number. */
    public static final Interval FINITE = new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Zero to one. */
    public static final Interval FRACTION = new Interval(0, 1);

    /** Any finite number from there up. */
    public static Interval atLeast(double least) {
        return new Interval(least, Double.POSITIVE_INFINITY);
    }

    /** Whether a value is finite and within. */
    public boolean contains(double value) {
        return Double.isFinite(value) && value >= least && value <= most;
    }

    /** In words, such as {@code a number from 0 to 1}. */
    public String describe() {
        if (Double.isInfinite(least)) {
            return Double.isInfinite(most) ? "a finite number" : "a number up to " + format(most);
        }
        return Double.isInfinite(most)
                ? "a number from " + format(least) + " up"
                : "a number from %s to %s".formatted(format(least), format(most));
    }

    static String format(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
