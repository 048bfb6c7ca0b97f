package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import java.util.List;

/**
 * output(activation(gate(x)) · up(x)), as in SwiGLU and GeGLU (Shazeer 2020, arXiv:2002.05202).
 *
 * @param projections the gate's and the other, or one whose first half is the gate's
 */
public record GatedFeedForward(List<Linear> projections, Activation activation, Linear output) implements Block {

    @Override
    public Value inner(Network network, Layers layers, Value x) {
        List<Value> parts = layers.projections(x, projections, output.in(), output.in());
        return layers.ops().mul(layers.activate(parts.get(0), activation), parts.get(1));
    }
}
