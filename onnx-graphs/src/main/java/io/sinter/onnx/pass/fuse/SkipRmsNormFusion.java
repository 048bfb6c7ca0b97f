package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.op.MicrosoftOps;

/**
 * A residual connection and the root-mean-square norm after it to {@code SkipSimplifiedLayerNormalization}; the rest as in
 * {@link SkipLayerNormFusion}.
 */
public final class SkipRmsNormFusion implements Fusion {

    @Override
    public String name() {
        return "fuse-skip-rms-norm";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.SKIP_RMS_NORM);
        int present = rewrite.present(MicrosoftOps.DOMAIN, "SkipSimplifiedLayerNormalization");
        ResidualSum.fuse(
                rewrite,
                "SimplifiedLayerNormalization",
                (ops, sum, norm) -> ops.skipSimplifiedLayerNormalization(sum.x(), sum.skip(), sum.bias(), norm));
        return rewrite.count(present);
    }
}
