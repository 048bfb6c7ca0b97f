package io.sinter.eval;

/**
 * How often a classifier's best label is the right one.
 *
 * @param right how many
 * @param examples of how many
 */
public record LabelResult(int right, int examples) {

    /** Share of the examples that is right. */
    public double accuracy() {
        return (double) right / examples;
    }
}
