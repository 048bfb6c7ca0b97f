package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.constant;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The bias of the projection before a GELU into it: {@code BiasGelu}, or {@code FastGelu} with a bias. A candidate is each
 * {@code Gelu} and {@code FastGelu} of a sum with a constant.
 */
public final class BiasGeluFusion implements Fusion {

    private static final Pattern BIASED = add(any("x"), constant("bias"));

    @Override
    public String name() {
        return "fuse-bias-gelu";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.BIAS_GELU);
        int present = rewrite.present(MicrosoftOps.DOMAIN, "BiasGelu")
                + (int) rewrite.nodes(MicrosoftOps.DOMAIN, "FastGelu").stream()
                        .filter(n -> n.input(1) != null)
                        .count();
        for (Node gelu : rewrite.nodes(MicrosoftOps.DOMAIN, "Gelu", "FastGelu")) {
            Value sum = Objects.requireNonNull(gelu.input(0));
            Optional<Match> match = gelu.input(1) == null ? BIASED.match(sum) : Optional.empty();
            match.ifPresent(m -> fuse(rewrite, gelu, m));
        }
        return rewrite.count(present);
    }

    private static void fuse(Rewrite rewrite, Node gelu, Match match) {
        Value x = match.get("x");
        Value bias = match.get("bias");
        Shape width = Rewrite.shape(x);
        if (width == null || width.rank() == 0 || !new Shape(List.of(width.dim(-1))).equals(Rewrite.shape(bias))) {
            rewrite.refuse(
                    gelu,
                    "the bias \"%s\" has shape %s, the activation %s"
                            .formatted(bias.name(), Rewrite.shape(bias), width));
            return;
        }
        MicrosoftOps ops = rewrite.microsoftBefore(gelu.output());
        rewrite.replace(gelu.output(), gelu.opType().equals("Gelu") ? ops.biasGelu(x, bias) : ops.fastGelu(x, bias));
    }
}
