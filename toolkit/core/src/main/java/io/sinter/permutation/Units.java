package io.sinter.permutation;

/**
 * Units of a model that can change places together.
 *
 * @param kind what they are
 * @param layer of which layer; −1 for those of all layers
 */
public record Units(Kind kind, int layer) {

    /** What units there are. */
    public enum Kind {
        /** The width of the model: embeddings, norms, and what every layer reads and adds to. */
        RESIDUAL,
        /** Between the two projections of a feed-forward part. */
        FEED_FORWARD,
        /** Queries and keys, head by head. */
        QUERY_KEY,
        /** Values, head by head. */
        VALUE
    }

    /** Those of a kind in a layer. */
    static Units of(Kind kind, int layer) {
        return new Units(kind, kind == Kind.RESIDUAL ? -1 : layer);
    }
}
