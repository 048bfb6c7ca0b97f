package io.sinter.train;

/** A number measured on held-out data while a model is trained. */
public interface DevMeasure {

    /** Which of two numbers is better. */
    enum Better {
        /** The higher one, as of an accuracy. */
        HIGHER,
        /** The lower one, as of a loss. */
        LOWER;

        /** Whether a number is better than another; what is no number is better than nothing. */
        boolean than(double number, double other) {
            return switch (this) {
                case HIGHER -> number > other;
                case LOWER -> number < other;
            };
        }
    }

    /** What is measured, such as {@code spearman}. */
    String metric();

    /** Which numbers are better. */
    Better better();

    /** Measures the model as it is now. */
    double measure(Forward forward);
}
