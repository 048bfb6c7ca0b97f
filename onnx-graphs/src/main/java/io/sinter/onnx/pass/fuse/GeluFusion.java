package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.mul;
import static io.sinter.onnx.pass.fuse.Pattern.number;
import static io.sinter.onnx.pass.fuse.Pattern.oneOf;
import static io.sinter.onnx.pass.fuse.Pattern.op;
import static io.sinter.onnx.pass.fuse.Pattern.scalar;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * GELU and its relatives, written out, to one operator: exact (Erf) to {@code Gelu}, approximate (Tanh) to
 * {@code FastGelu}, x · sigmoid(αx) to {@code QuickGelu} (SiLU with α = 1). ONNX's own Gelu of opset 20 counts too. A
 * candidate is each Erf, each Tanh of a cube and each Sigmoid that is multiplied with what it is computed from.
 */
public final class GeluFusion implements Fusion {

    private static final Pattern X = any("x");
    private static final Pattern HALF = scalar(0.5);

    private static final Pattern ERF =
            add(op("Erf", oneOf(op("Div", X, scalar(Math.sqrt(2))), mul(X, scalar(Math.sqrt(0.5))))), scalar(1));
    private static final Pattern CUBE = oneOf(op("Pow", X, scalar(3)), mul(X, mul(X, X)));
    private static final Pattern INNER =
            oneOf(add(X, mul(CUBE, scalar(0.044715))), mul(X, add(scalar(1), mul(scalar(0.044715), mul(X, X)))));
    private static final Pattern TANH = add(op("Tanh", mul(INNER, scalar(Math.sqrt(2 / Math.PI)))), scalar(1));

    private static final Pattern EXACT = half(ERF);
    private static final Pattern APPROXIMATE = half(TANH);
    private static final Pattern QUICK =
            oneOf(mul(X, op("Sigmoid", X)), mul(X, op("Sigmoid", mul(X, number("alpha")))));

    @Override
    public String name() {
        return "fuse-gelu";
    }

    /** x · cdf / 2, the three factors in any order. */
    private static Pattern half(Pattern cdf) {
        return oneOf(mul(mul(X, cdf), HALF), mul(X, mul(cdf, HALF)), mul(mul(X, HALF), cdf));
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.GELU);
        int present = rewrite.present("com.microsoft", "Gelu", "FastGelu", "BiasGelu", "QuickGelu");
        Set<Node> open = new HashSet<>(candidates(rewrite));
        for (Node node : rewrite.nodes("", "Mul", "Gelu")) {
            Optional<Match> match = fuse(rewrite, node);
            match.ifPresent(m -> open.removeAll(m.nodes()));
        }
        candidates(rewrite).stream()
                .filter(open::contains)
                .forEach(node -> rewrite.refuse(node, "what is around it is no GELU that an operator computes"));
        return rewrite.count(present);
    }

    private static Optional<Match> fuse(Rewrite rewrite, Node node) {
        Value root = node.output();
        if (node.is("Gelu")) {
            standard(rewrite, node);
            return Optional.empty();
        }
        Optional<Match> exact = EXACT.match(root);
        exact.ifPresent(m -> rewrite.replace(root, at(rewrite, root).gelu(m.get("x"))));
        Optional<Match> approximate = exact.isPresent() ? Optional.empty() : APPROXIMATE.match(root);
        approximate.ifPresent(m -> rewrite.replace(root, at(rewrite, root).fastGelu(m.get("x"), null)));
        Optional<Match> quick = exact.or(() -> approximate).isPresent() ? Optional.empty() : QUICK.match(root);
        quick.ifPresent(m -> rewrite.replace(root, at(rewrite, root).quickGelu(m.get("x"), alpha(m))));
        return exact.or(() -> approximate).or(() -> quick);
    }

    private static void standard(Rewrite rewrite, Node node) {
        Value root = node.output();
        Value x = node.input(0);
        if (x == null) {
            return;
        }
        boolean tanh = node.attribute("approximate") instanceof Attribute.Str s
                && s.text().equals("tanh");
        MicrosoftOps ops = at(rewrite, root);
        rewrite.replace(root, tanh ? ops.fastGelu(x, null) : ops.gelu(x));
    }

    private static float alpha(Match match) {
        return (float) match.find("alpha")
                .map(a -> Scalars.of(a).orElseThrow())
                .orElse(1.0)
                .doubleValue();
    }

    private static MicrosoftOps at(Rewrite rewrite, Value root) {
        return rewrite.microsoftBefore(root);
    }

    private static List<Node> candidates(Rewrite rewrite) {
        return rewrite.nodes("", "Erf", "Tanh", "Sigmoid").stream()
                .filter(GeluFusion::isCandidate)
                .toList();
    }

    private static boolean isCandidate(Node node) {
        return switch (node.opType()) {
            case "Erf" -> true;
            case "Tanh" -> mul(INNER, number("factor")).match(input(node)).isPresent();
            case "Sigmoid" ->
                Rewrite.readers(node.output())
                        .anyMatch(reader ->
                                reader.is("Mul") && QUICK.match(reader.output()).isPresent());
            default -> false;
        };
    }

    private static Value input(Node node) {
        Value input = node.input(0);
        if (input == null) {
            throw new IllegalArgumentException(node + " has no input");
        }
        return input;
    }
}
