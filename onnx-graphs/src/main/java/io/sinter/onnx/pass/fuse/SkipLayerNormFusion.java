package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.op.MicrosoftOps;

/**
 * A residual connection, the bias of the projection before it and the norm after it to {@code SkipLayerNormalization}. A
 * candidate is each layer norm of a sum of two activations. Where the sum is read elsewhere too, as in models that
 * normalise first, the operator hands it out.
 */
public final class SkipLayerNormFusion implements Fusion {

    @Override
    public String name() {
        return "fuse-skip-layer-norm";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.SKIP_LAYER_NORM);
        int present = rewrite.present(MicrosoftOps.DOMAIN, "SkipLayerNormalization");
        ResidualSum.fuse(
                rewrite,
                "LayerNormalization",
                (ops, sum, norm) -> ops.skipLayerNormalization(sum.x(), sum.skip(), sum.bias(), norm));
        return rewrite.count(present);
    }
}
