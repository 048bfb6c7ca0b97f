package io.sinter.train;

/**
 * Ends a training that gets no better on held-out data, and goes back to the weights that were best there.
 *
 * @param patience measurements in a row without a new best after which it ends, at least 1
 */
public record EarlyStopping(int patience) {

    /** Checks the number. */
    public EarlyStopping {
        if (patience < 1) {
            throw new IllegalArgumentException("patience: got %d, expected 1 or more".formatted(patience));
        }
    }
}
