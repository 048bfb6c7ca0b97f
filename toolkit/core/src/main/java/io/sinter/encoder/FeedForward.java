package io.sinter.encoder;

import io.sinter.onnx.ir.Value;

/** output(activation(up(x))). */
public record FeedForward(Linear up, Activation activation, Linear output) implements Block {

    @Override
    public Value inner(Network network, Layers layers, Value x) {
        return layers.activated(x, up, activation);
    }
}
