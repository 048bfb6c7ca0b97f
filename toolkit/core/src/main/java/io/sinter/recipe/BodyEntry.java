package io.sinter.recipe;

/** What the merged table goes into. */
public sealed interface BodyEntry {

    /** One of the models: its encoder, configuration and heads stay. */
    record Model(String name) implements BodyEntry {}

    /**
     * A new model, whose other weights are drawn: ready to be trained.
     *
     * @param config a {@code config.json}, relative to the recipe
     * @param seed of the draws
     */
    record New(String config, long seed) implements BodyEntry {}
}
