package io.sinter.hub;

/** What of a model somebody needs; configuration and tokenizer come with each. */
public enum Wanted {
    /** The safetensors checkpoint; the graph of a repository that has none. */
    CHECKPOINT,
    /** The {@code .onnx} graph with its external data; the checkpoint of a repository that has none. */
    GRAPH,
    /** No weights. */
    TOKENIZER
}
