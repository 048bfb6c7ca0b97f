package io.sinter.onnx.pass.fuse;

/** What fusions look for in a graph: a piece of a transformer that one operator can compute. */
public enum Structure {
    /** Softmax between two matrix products, with the projections of queries, keys and values. */
    ATTENTION("attention"),
    /** Mean and variance over the last axis, written out in nodes. */
    LAYER_NORM("layer norm"),
    /** Division by the root of the mean of squares over the last axis, written out in nodes. */
    RMS_NORM("rms norm"),
    /** Layer normalisation of the sum of two activations. */
    SKIP_LAYER_NORM("skip layer norm"),
    /** The same of a root-mean-square norm. */
    SKIP_RMS_NORM("skip rms norm"),
    /** x · Φ(x) through Erf, or its approximation through Tanh. */
    GELU("gelu"),
    /** Gelu of an activation and a bias. */
    BIAS_GELU("bias gelu"),
    /** Word, position and token-type embeddings, added up and normalised. */
    EMBEDDING("embedding"),
    /** Queries or keys turned by an angle that depends on the position. */
    ROTARY("rotary embedding"),
    /** Which keys are padding, computed with shape arithmetic. */
    PADDING_MASK("padding mask"),
    /** An operator that ONNX does not have, in a graph that is to run anywhere. */
    FOREIGN_OPERATOR("foreign operator");

    private final String title;

    Structure(String title) {
        this.title = title;
    }

    /** The structure in words, singular: {@code layer norm}. */
    public String title() {
        return title;
    }
}
