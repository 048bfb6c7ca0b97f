package io.sinter.train;

/** Is told of what happens in a training, on the thread that runs it. */
public interface TrainingListener {

    /** Listens to nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** A training goes on from a checkpoint after that many steps. */
    default void resumed(long step) {}

    /** A step was taken. */
    default void stepped(StepReport report) {}

    /**
     * Held-out data was measured.
     *
     * @param step steps done before it
     */
    default void measured(long step, String metric, double value) {}

    /** A checkpoint after that many steps is on the disk. */
    default void saved(long step) {}
}
