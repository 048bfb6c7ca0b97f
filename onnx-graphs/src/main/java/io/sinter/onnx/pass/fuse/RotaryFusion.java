package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.mul;
import static io.sinter.onnx.pass.fuse.Pattern.op;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.Element.Coordinate;
import io.sinter.onnx.pass.fuse.Element.Number;
import io.sinter.tensor.TensorData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Queries or keys turned by their position, x · cos + (−x₂, x₁) · sin as Hugging Face's models write it, to
 * {@code RotaryEmbedding}. A candidate is each (−x₂, x₁) that is multiplied. The angles must be those of positions that
 * are the same in all texts, each once for both halves: {@code cos(concat(f, f))}.
 */
public final class RotaryFusion implements Fusion {

    private static final Pattern TURNED = op("Concat", op("Neg", any("second")), any("first"));
    private static final Pattern ROTARY = add(mul(any("x"), any("cos")), mul(TURNED, any("sin")));

    private static final Pattern COSINES = op("Cos", op("Concat", any("once"), any("once")));
    private static final Pattern SINES = op("Sin", op("Concat", any("once"), any("once")));

    /** What stands between the angles' cosine and the product. */
    private static final Set<String> PASSED = Set.of("Unsqueeze", "Identity", "Cast");

    @Override
    public String name() {
        return "fuse-rotary";
    }

    @Override
    public FusionCount fuse(Model model) {
        Map<List<Object>, Value> caches = new HashMap<>();
        Rewrite rewrite = new Rewrite(model, Structure.ROTARY);
        int present = rewrite.present(MicrosoftOps.DOMAIN, "RotaryEmbedding") + rewrite.present("", "RotaryEmbedding");
        for (Node sum : rewrite.nodes("", "Add")) {
            Match match = ROTARY.match(sum.output()).orElse(null);
            if (match == null) {
                continue;
            }
            try {
                fuse(rewrite, sum, match, caches);
            } catch (Unfit unfit) {
                rewrite.refuse(sum, unfit.reason());
            }
        }
        return rewrite.count(present);
    }

    private static void fuse(Rewrite rewrite, Node sum, Match match, Map<List<Object>, Value> caches) throws Unfit {
        Value x = match.get("x");
        Shape shape = Rewrite.shape(x);
        if (shape == null
                || shape.rank() != 4
                || !(shape.dim(1) instanceof Dim.Known(long heads))
                || !(shape.dim(3) instanceof Dim.Known(long width))) {
            throw new Unfit("what is turned has shape %s, not [batch, heads, sequence, width]".formatted(shape));
        }
        requireHalves(x, match, width / 2);
        MicrosoftOps ops = rewrite.microsoftBefore(sum.output());
        Value cosines = angles(match.get("cos"), "Cos", width / 2);
        Value sines = angles(match.get("sin"), "Sin", width / 2);
        Value cos = caches.computeIfAbsent(List.of("Cos", cosines), key -> table(ops.ops(), "Cos", cosines, width / 2));
        Value sin = caches.computeIfAbsent(List.of("Sin", sines), key -> table(ops.ops(), "Sin", sines, width / 2));
        Value start = caches.computeIfAbsent(
                List.of("start"), key -> ops.ops().constant("first_position", TensorData.vector(0L)));
        rewrite.replace(sum.output(), ops.rotaryEmbedding(x, start, cos, sin, heads));
    }

    /** The two halves of x, by what their elements are. */
    private static void requireHalves(Value x, Match match, long half) throws Unfit {
        Element whole = Elements.of(x);
        Coordinate last = new Coordinate(3);
        Element later = Element.apply("Add", List.of(last, new Number(half)));
        boolean fits = whole != null
                && whole.equals(Elements.of(match.get("first")))
                && whole.with(Map.of(last, later)).equals(Elements.of(match.get("second")));
        if (!fits) {
            throw new Unfit("what is turned are not the two halves of \"%s\"".formatted(x.name()));
        }
    }

    /** {@code [S, d/2]}: the cosine or sine of each angle. */
    private static Value table(Ops ops, String opType, Value angles, long half) {
        return ops.reshape(ops.apply(opType, List.of(angles), Map.of()), -1, half);
    }

    /** {@code [1, S, d/2]}: each angle once. */
    private static Value angles(Value turned, String opType, long half) throws Unfit {
        Value at = turned;
        Node node = at.producer();
        while (node != null && PASSED.contains(node.opType())) {
            at = Objects.requireNonNull(node.input(0));
            node = at.producer();
        }
        Value once = (opType.equals("Cos") ? COSINES : SINES)
                .match(at)
                .map(m -> m.get("once"))
                .orElse(null);
        Shape shape = Rewrite.shape(once);
        if (once == null
                || shape == null
                || shape.rank() != 3
                || !shape.dim(0).equals(Dim.of(1))
                || !shape.dim(2).equals(Dim.of(half))) {
            throw new Unfit("\"%s\" is no %s of angles that are the same in all texts and for both halves"
                    .formatted(turned.name(), opType));
        }
        return once;
    }
}
