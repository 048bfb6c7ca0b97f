package io.sinter.tensor;

/**
 * The values that a tensor spans. A zero is +0, whichever it was.
 *
 * @param min smallest number, +∞ where there is none
 * @param max largest number, −∞ where there is none
 * @param nanCount elements that are not a number; these count neither for min nor for max
 */
public record Range(float min, float max, long nanCount) {

    /** The range of nothing. */
    public static final Range EMPTY = new Range(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0);

    /** The range of both. */
    public Range union(Range other) {
        return new Range(Math.min(min, other.min), Math.max(max, other.max), nanCount + other.nanCount);
    }

    /** Whether every element is a finite number. */
    public boolean isFinite() {
        return nanCount == 0 && min != Float.NEGATIVE_INFINITY && max != Float.POSITIVE_INFINITY;
    }
}
