package io.sinter.evolve;

import java.util.List;

/** What a search makes better. */
public interface Objective {

    /** What scores are, and so whether small or large ones are good. */
    Target.Kind kind();

    /** What scores depend on besides the values, for the log. */
    List<String> data();

    /**
     * Tries a candidate. What cannot be merged or scored is an evaluation that says so; of candidate 0, the recipe itself, an
     * exception.
     *
     * @param number of the candidate
     * @param values in the order of the space
     */
    Evaluation evaluate(int number, List<Double> values);
}
