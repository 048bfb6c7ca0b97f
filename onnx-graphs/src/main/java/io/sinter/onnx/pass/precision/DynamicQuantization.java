package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Multiplies by constant matrices in 8 bits, for processors: {@code Y = X · W} becomes
 * {@code Y = (codes(X) · codes(W)) · (scale(X) · scale(W))}, where X is rounded to unsigned bytes as it comes
 * ({@code DynamicQuantizeLinear}: one scale and zero point for all of it) and W is rounded once, a scale for each column.
 * The product is exact in 32-bit integers ({@code MatMulInteger}); all else stays float32.
 *
 * <ul>
 *   <li>{@code MatMul} and {@code Gemm} whose right factor is a constant, also through a Transpose, are written in standard
 *       operators, which ONNX Runtime fuses to two kernels a product when it loads the model.
 *   <li>{@code com.microsoft.Attention}, whose projections are inside, becomes {@code QAttention}.
 * </ul>
 *
 * An activation that several products read is rounded once; so is a weight. Weights that are not finite, that are smaller
 * than {@value MatMulQuantizer#SMALLEST} elements, or that {@code skip} names stay as they are.
 *
 * @param skip nodes or weights that stay in float32
 */
public record DynamicQuantization(Skip skip) implements GraphPass {

    @Override
    public String name() {
        return "int8";
    }

    @Override
    public PassResult run(Model model) {
        ShapeInference.infer(model);
        List<String> changes = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        MatMulQuantizer quantizer = new MatMulQuantizer(model.graph(), model.opset());
        for (Node node : List.copyOf(model.graph().nodes())) {
            switch (quantizer.plan(node)) {
                case MatMulQuantizer.Nothing nothing -> {}
                case MatMulQuantizer.Refused(String reason) ->
                    refusals.add("%s in float32: %s".formatted(node, reason));
                case MatMulQuantizer.Product product -> {
                    if (skip.covers(node) || skip.covers(product.weight().name())) {
                        refusals.add("%s in float32: it is to be skipped".formatted(node));
                    } else {
                        changes.add("%s in int8, \"%s\""
                                .formatted(node, product.weight().name()));
                        quantizer.quantize(product);
                    }
                }
            }
        }
        return new PassResult(changes, refusals);
    }
}
