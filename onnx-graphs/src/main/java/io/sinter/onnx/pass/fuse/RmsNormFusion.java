package io.sinter.onnx.pass.fuse;

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
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Norm;
import java.util.List;

/**
 * x / √(mean(x²) + epsilon) · scale, as T5's and Llama's norms are, to {@code SimplifiedLayerNormalization}. A candidate is
 * each root of a mean of squares that are not centred.
 */
public final class RmsNormFusion implements Fusion {

    private static final Pattern NORMAL = quotient(any("x"), root(squared(any("x"))));
    private static final Pattern SCALED = mul(NORMAL, constant("scale"));

    private static final Pattern CANDIDATE =
            op("Sqrt", add(op("ReduceMean", RmsNormFusion::isNotCentred, squared(any("x"))), number("epsilon")));

    private static final NormSearch SEARCH = new NormSearch(Structure.RMS_NORM, CANDIDATE, List.of(SCALED, NORMAL));

    @Override
    public String name() {
        return "fuse-rms-norm";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, SEARCH.structure());
        int present = rewrite.present("", "SimplifiedLayerNormalization", "RMSNormalization")
                + rewrite.present(MicrosoftOps.DOMAIN, "SkipSimplifiedLayerNormalization");
        SEARCH.run(rewrite, (at, root, scale, match) -> {
            float epsilon = (float) Scalars.of(match.get("epsilon")).orElseThrow();
            return at.microsoftBefore(root)
                    .simplifiedLayerNormalization(match.get("x"), new Norm(scale, null, epsilon));
        });
        return rewrite.count(present);
    }

    private static boolean isNotCentred(Node mean) {
        Value square = mean.input(0);
        Node power = square == null ? null : square.producer();
        Value base = power == null ? null : power.input(0);
        return base != null && (base.producer() == null || !base.producer().is("Sub"));
    }
}
