package io.sinter.onnx.io;

import org.jspecify.annotations.Nullable;

/**
 * The messages on the way from a {@code ModelProto} to those {@code TensorProto}s that the IR holds as tensors:
 * initializers and tensor attributes, of the main graph, of subgraphs and of functions.
 *
 * <p>Sparse tensors, training graphs and default attributes of functions are not among them: the IR carries those as
 * {@link io.sinter.onnx.ir.Opaque} bytes, elements included.
 */
enum MessageKind {
    MODEL,
    GRAPH,
    FUNCTION,
    NODE,
    ATTRIBUTE,
    TENSOR;

    /** Number of {@code TensorProto.raw_data}. */
    static final int RAW_DATA = 9;

    /** What a field of this message holds, or null where no such tensor can be inside. */
    @Nullable
    MessageKind child(int field) {
        return switch (this) {
            case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : null;
            case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : null;
            case FUNCTION -> field == 7 ? NODE : null;
            case NODE -> field == 5 ? ATTRIBUTE : null;
            case ATTRIBUTE ->
                switch (field) {
                    case 5, 10 -> TENSOR;
                    case 6, 11 -> GRAPH;
                    default -> null;
                };
            case TENSOR -> null;
        };
    }
}
