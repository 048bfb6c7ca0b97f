package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;

/**
 * A pass that puts one operator in the place of a structure, wherever it finds it. It takes graphs as
 * {@link io.sinter.onnx.pass.Pipeline#PREPARE} leaves them; the nodes that lose their readers stay for
 * {@link io.sinter.onnx.pass.Prune}.
 */
public interface Fusion extends GraphPass {

    /** Changes the model in place and says what it found. */
    FusionCount fuse(Model model);

    @Override
    default PassResult run(Model model) {
        return fuse(model).asResult();
    }
}
