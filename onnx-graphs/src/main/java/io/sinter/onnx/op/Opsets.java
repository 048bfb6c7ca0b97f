package io.sinter.onnx.op;

/** The versions of ONNX's own operator set that Sinter reads, raises and writes. */
public final class Opsets {

    /** The version that everything emitted targets, and that older graphs are raised to. */
    public static final long EMITTED = 17;

    /** The oldest version that graphs are raised from. */
    public static final long OLDEST = 7;

    /** The newest version that {@link Ops} emits and the shape rules know. */
    public static final long NEWEST = 23;

    private Opsets() {}

    static long requireEmittable(long opset) {
        if (opset < EMITTED || opset > NEWEST) {
            throw new IllegalArgumentException("opset %d: nodes are emitted for %d to %d; raise the graph first"
                    .formatted(opset, EMITTED, NEWEST));
        }
        return opset;
    }
}
