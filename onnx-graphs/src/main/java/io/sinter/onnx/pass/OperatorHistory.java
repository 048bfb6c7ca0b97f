package io.sinter.onnx.pass;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of ONNX's own operators between versions 7 and 23 of the operator set, by ONNX's operator changelog. An
 * operator is in {@link #CHANGES}, or in {@link #COMPATIBLE}, or not known.
 */
final class OperatorHistory {

    /** Operators whose meaning or signature changed, with every such version in 8..23. */
    static final Map<String, List<OperatorChange>> CHANGES = Map.ofEntries(
            Map.entry(
                    "BatchNormalization",
                    List.of(
                            new OperatorChange(9, InferenceAdapters::batchNormalization9),
                            new OperatorChange(14, InferenceAdapters::batchNormalization14))),
            Map.entry("Clip", List.of(new OperatorChange(11, AttributeAdapters::clip))),
            Map.entry("Dropout", List.of(new OperatorChange(12, InferenceAdapters::dropout))),
            Map.entry("DFT", List.of(new OperatorChange(20, InferenceAdapters.refuse("its axis is an attribute")))),
            Map.entry("GridSample", List.of(new OperatorChange(20, ResizeAdapters::gridSample))),
            Map.entry("Hardmax", List.of(new OperatorChange(13, SoftmaxAdapter::adapt))),
            Map.entry("LogSoftmax", List.of(new OperatorChange(13, SoftmaxAdapter::adapt))),
            Map.entry("Pad", List.of(new OperatorChange(11, AttributeAdapters::pad))),
            Map.entry("ReduceL1", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceL2", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceLogSum", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceLogSumExp", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceMax", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceMean", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceMin", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceProd", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry("ReduceSum", List.of(new OperatorChange(13, AttributeAdapters::axes))),
            Map.entry("ReduceSumSquare", List.of(new OperatorChange(18, AttributeAdapters::axes))),
            Map.entry(
                    "Resize",
                    List.of(
                            new OperatorChange(11, ResizeAdapters::resize11),
                            new OperatorChange(13, ResizeAdapters::resize13))),
            Map.entry("RoiAlign", List.of(new OperatorChange(16, ResizeAdapters::roiAlign))),
            Map.entry("Scan", List.of(new OperatorChange(9, InferenceAdapters.refuse("it has a batch axis")))),
            Map.entry("Scatter", List.of(new OperatorChange(11, InferenceAdapters::scatter))),
            Map.entry("Slice", List.of(new OperatorChange(10, AttributeAdapters::slice))),
            Map.entry("Softmax", List.of(new OperatorChange(13, SoftmaxAdapter::adapt))),
            Map.entry(
                    "Split",
                    List.of(
                            new OperatorChange(13, AttributeAdapters::split),
                            new OperatorChange(18, AttributeAdapters::splitEvenly))),
            Map.entry("Squeeze", List.of(new OperatorChange(13, AttributeAdapters::axes))),
            Map.entry("TopK", List.of(new OperatorChange(10, AttributeAdapters::topK))),
            Map.entry("Unsqueeze", List.of(new OperatorChange(13, AttributeAdapters::axes))),
            Map.entry("Upsample", List.of(new OperatorChange(10, ResizeAdapters::upsample))));

    /**
     * Operators that an older graph uses in a way that means the same at 23: new element types, new optional inputs and
     * attributes whose defaults are the old behaviour, negative axes, or no change at all. The last line is what ONNX
     * Runtime defines in ONNX's domain at every version: its optimizer writes LayerNormalization into older graphs.
     */
    static final Set<String> COMPATIBLE = Set.of("""
            Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool Bernoulli BitShift BlackmanWindow
            Cast CastLike Ceil Celu Compress Concat ConcatFromSequence Constant ConstantOfShape Conv ConvInteger
            ConvTranspose Cos Cosh CumSum DepthToSpace DequantizeLinear Det Div DynamicQuantizeLinear Einsum Elu Equal
            Erf Exp Expand EyeLike Flatten Floor GRU Gather GatherElements GatherND Gemm GlobalAveragePool GlobalLpPool
            GlobalMaxPool Greater GreaterOrEqual HammingWindow HannWindow HardSigmoid HardSwish Identity If
            InstanceNormalization IsInf IsNaN LRN LSTM LeakyRelu Less LessOrEqual Log Loop LpNormalization LpPool MatMul
            MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mod Mul
            Multinomial Neg NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional OptionalGetElement
            OptionalHasElement Or PRelu Pow QLinearConv QLinearMatMul QuantizeLinear RNN RandomNormal RandomNormalLike
            RandomUniform RandomUniformLike Range Reciprocal Relu Reshape ReverseSequence Round STFT ScatterElements
            ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength
            SequenceMap Shape Shrink Sigmoid Sign Sin Sinh Size SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth
            SplitToSequence Sqrt StringNormalizer Sub Sum Tan Tanh TfIdfVectorizer ThresholdedRelu Tile Transpose Trilu
            Unique Where Xor
            LayerNormalization SimplifiedLayerNormalization
            """.strip().split("\\s+"));

    private OperatorHistory() {}
}
