package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.op.MicrosoftOps;
import java.util.Map;
import java.util.Set;

/** What is known of operators: whether 16 bits are enough for them, and which of their outputs have the type of their operands. */
enum HalfOperators {
    /** Computed in 16 bits: they add up in float32 by themselves, and are what takes the time. */
    HALF,
    /** Computed in the type of their operands: elementwise, or moving elements only. */
    FOLLOWING,
    /** Computed in float32: whatever is not known to be safe, exponentials, roots, reductions, pooling among it. */
    FULL;

    private static final Set<String> ONNX_HALF = Set.of(
            "MatMul",
            "Gemm",
            "Conv",
            "LayerNormalization",
            "RMSNormalization",
            "SimplifiedLayerNormalization",
            "Attention",
            "RotaryEmbedding");

    private static final Set<String> ONNX_FOLLOWING = Set.of(
            "Abs",
            "Add",
            "Cast",
            "Clip",
            "Concat",
            "Div",
            "Dropout",
            "Erf",
            "Expand",
            "Flatten",
            "Gather",
            "GatherElements",
            "GatherND",
            "Gelu",
            "HardSigmoid",
            "HardSwish",
            "Identity",
            "LeakyRelu",
            "Max",
            "Min",
            "Mul",
            "Neg",
            "Pad",
            "Relu",
            "Reshape",
            "Sigmoid",
            "Slice",
            "Split",
            "Squeeze",
            "Sub",
            "Swish",
            "Tanh",
            "Tile",
            "Transpose",
            "Unsqueeze",
            "Where");

    private static final Set<String> MICROSOFT_HALF = Set.of(
            "Attention",
            "BiasGelu",
            "EmbedLayerNormalization",
            "FastGelu",
            "FusedMatMul",
            "GatedRelativePositionBias",
            "Gelu",
            "GroupQueryAttention",
            "MultiHeadAttention",
            "QuickGelu",
            "RelativePositionBias",
            "RotaryEmbedding",
            "SkipLayerNormalization",
            "SkipSimplifiedLayerNormalization");

    /** Operators whose further outputs are float32 or integers whatever their operands are. */
    private static final Map<String, Set<Integer>> OTHER_OUTPUTS = Map.of(
            "LayerNormalization", Set.of(1, 2),
            "SimplifiedLayerNormalization", Set.of(1),
            "EmbedLayerNormalization", Set.of(1),
            "SkipLayerNormalization", Set.of(1, 2),
            "SkipSimplifiedLayerNormalization", Set.of(1, 2),
            "Dropout", Set.of(1));

    /**
     * Operators for which ONNX Runtime's CUDA provider has no bfloat16 kernel, or which older ones lacked.
     *
     * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/docs/OperatorKernels.md">OperatorKernels.md</a>
     */
    private static final Set<String> NOT_IN_BFLOAT16 = Set.of(
            "Abs",
            "Attention",
            "Clip",
            "Conv",
            "EmbedLayerNormalization",
            "Erf",
            "Expand",
            "GatedRelativePositionBias",
            "HardSigmoid",
            "HardSwish",
            "LeakyRelu",
            "MultiHeadAttention",
            "Neg",
            "Pad",
            "RelativePositionBias",
            "SimplifiedLayerNormalization",
            "SkipLayerNormalization",
            "Swish");

    /** What becomes of a node. */
    static HalfOperators of(Node node, HalfType half) {
        if (!node.subgraphs().isEmpty()) {
            return FULL;
        }
        if (half == HalfType.BFLOAT16 && NOT_IN_BFLOAT16.contains(node.opType())) {
            return FULL;
        }
        if (node.domain().equals(MicrosoftOps.DOMAIN)) {
            return MICROSOFT_HALF.contains(node.opType()) ? HALF : FULL;
        }
        if (!node.domain().isEmpty()) {
            return FULL;
        }
        if (ONNX_HALF.contains(node.opType())) {
            return HALF;
        }
        return ONNX_FOLLOWING.contains(node.opType()) ? FOLLOWING : FULL;
    }

    /** Whether an output has the type that the node computes in. */
    static boolean sharesType(Node node, int output) {
        return !OTHER_OUTPUTS.getOrDefault(node.opType(), Set.of()).contains(output);
    }

    /** Whether the node is a fused attention, which adds its mask to scores that it keeps to itself. */
    static boolean isFusedAttention(Node node) {
        return node.domain().equals(MicrosoftOps.DOMAIN) && node.opType().contains("Attention");
    }
}
