package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.NormSearch.mean;
import static io.sinter.onnx.pass.fuse.NormSearch.quotient;
import static io.sinter.onnx.pass.fuse.NormSearch.root;
import static io.sinter.onnx.pass.fuse.NormSearch.squared;
import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.constant;
import static io.sinter.onnx.pass.fuse.Pattern.mul;
import static io.sinter.onnx.pass.fuse.Pattern.number;
import static io.sinter.onnx.pass.fuse.Pattern.op;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.op.MicrosoftOps;
import java.util.List;

/**
 * Mean, variance and division, as exporters wrote them before opset 17, to {@code LayerNormalization}. A candidate is
 * each root of a variance.
 */
public final class LayerNormFusion implements Fusion {

    private static final Pattern CENTRED = op("Sub", any("x"), mean(any("x")));
    private static final Pattern NORMAL = quotient(CENTRED, root(squared(CENTRED)));
    private static final Pattern SCALED = mul(NORMAL, constant("scale"));
    private static final Pattern SHIFTED = add(SCALED, constant("bias"));

    private static final Pattern CANDIDATE =
            op("Sqrt", add(op("ReduceMean", squared(op("Sub", any("a"), any("b")))), number("epsilon")));

    private static final NormSearch SEARCH =
            new NormSearch(Structure.LAYER_NORM, CANDIDATE, List.of(SHIFTED, SCALED, NORMAL));

    @Override
    public String name() {
        return "fuse-layer-norm";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, SEARCH.structure());
        int present = rewrite.present("", "LayerNormalization")
                + rewrite.present(MicrosoftOps.DOMAIN, "SkipLayerNormalization", "EmbedLayerNormalization");
        SEARCH.run(
                rewrite,
                (at, root, scale, match) -> at.before(root)
                        .layerNormalization(
                                match.get("x"), scale, match.find("bias").orElse(null), -1, (float)
                                        Scalars.of(match.get("epsilon")).orElseThrow()));
        return rewrite.count(present);
    }
}
