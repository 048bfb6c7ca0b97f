package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;

/**
 * Computes in 16 bits what 16 bits are enough for; inputs and outputs of the graph keep their types.
 *
 * <ul>
 *   <li>Matrix products, convolutions, normalisation and the fused operators of {@code com.microsoft} take and give 16
 *       bits; they add up in float32 inside.
 *   <li>Elementwise operators and those that move elements follow their operands.
 *   <li>Softmax outside fused attention, exponentials, powers, roots, reductions (and with them pooling and the statistics
 *       of norms that are written out in nodes), operators with subgraphs and unknown ones stay in float32.
 *   <li>Where a constant has numbers that the type cannot hold, its readers stay in float32, and so does what is computed
 *       elementwise from them: masks of −3.4e38 are added to scores in float32. No number becomes infinite in silence. A
 *       mask that a fused attention takes is held to ±{@value HalfConversion#MASK} instead, which is as good as infinite
 *       before its softmax.
 *   <li>So do readers of a scalar that would become zero or lose digits, such as an epsilon of 1e-12.
 * </ul>
 *
 * A weight is stored once, whoever reads it.
 *
 * @param half what is computed in
 * @param skip nodes that stay in float32, by their names or their weights'
 */
public record HalfCompute(HalfType half, Skip skip) implements GraphPass {

    @Override
    public String name() {
        return "half-compute";
    }

    @Override
    public PassResult run(Model model) {
        ShapeInference.infer(model);
        return new HalfConversion(model.graph(), model.opset(), this).run();
    }
}
