package io.sinter.onnx.pass.precision;

/** How the rows of a table are stored in few bits. */
public enum EmbeddingFormat {
    /**
     * A byte an element and a float32 scale a row: {@code row = codes · scale}, codes −127 to 127. Takes
     * {@code V · (d + 4)} bytes for float32's {@code V · 4d}. Looked up in standard operators:
     * {@code Cast(Gather(codes, ids)) · Gather(scales, ids)}.
     */
    INT8,
    /**
     * Half a byte an element and a float32 scale for every {@value Int4Table#BLOCK} elements of a row:
     * {@code element = (code − 8) · scale}, codes 0 to 15, the scale chosen for the least squared error of its block. Takes
     * {@code V · (⌈d / 2⌉ + 4 · ⌈d / 32⌉)} bytes. Looked up by {@code com.microsoft.GatherBlockQuantized}, which ONNX Runtime
     * has; d must be even.
     */
    INT4
}
