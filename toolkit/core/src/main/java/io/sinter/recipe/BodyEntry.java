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

    /**
     * A merge of all weights of models of one architecture.
     *
     * @param model the one of the recipe's models whose tokens and vectors of sentences it has
     * @param merge the merge, with the keys of a document of mergekit's
     */
    record Merged(String model, Yaml.Mapping merge) implements BodyEntry {}
}
