package io.sinter.encoder;

import io.sinter.onnx.ir.Value;

/** What stands between a norm and a residual connection: attention or feed-forward, with its last projection apart. */
public interface Block {

    /** What the last projection maps: {@code [B, S, h]} to {@code [B, S, output().in()]}. */
    Value inner(Network network, Layers layers, Value x);

    /** The last projection, whose bias and residual connection fuse with the norm that follows. */
    Linear output();
}
