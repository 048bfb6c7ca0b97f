package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.constant;
import static io.sinter.onnx.pass.fuse.Pattern.mul;
import static io.sinter.onnx.pass.fuse.Pattern.number;
import static io.sinter.onnx.pass.fuse.Pattern.oneOf;
import static io.sinter.onnx.pass.fuse.Pattern.op;
import static io.sinter.onnx.pass.fuse.Pattern.scalar;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Mean, variance and division, as exporters wrote them before opset 17, to {@code LayerNormalization}. A candidate is
 * each root of a variance.
 */
public final class LayerNormFusion implements Fusion {

    private static final Pattern CENTRED =
            op("Sub", any("x"), op("ReduceMean", LayerNormFusion::isOverLastAxis, any("x")));
    private static final Pattern SQUARED = oneOf(op("Pow", CENTRED, scalar(2)), mul(CENTRED, CENTRED));
    private static final Pattern DEVIATION =
            op("Sqrt", add(op("ReduceMean", LayerNormFusion::isOverLastAxis, SQUARED), number("epsilon")));
    private static final Pattern NORMAL =
            oneOf(op("Div", CENTRED, DEVIATION), mul(CENTRED, op("Reciprocal", DEVIATION)));
    private static final Pattern SCALED = mul(NORMAL, constant("scale"));
    private static final Pattern SHIFTED = add(SCALED, constant("bias"));

    private static final Pattern CANDIDATE = op("Sqrt", add(op("ReduceMean", any("square")), number("epsilon")));

    @Override
    public String name() {
        return "fuse-layer-norm";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.LAYER_NORM);
        int present = rewrite.present("", "LayerNormalization")
                + rewrite.present("com.microsoft", "SkipLayerNormalization", "EmbedLayerNormalization");
        Set<Node> open = new HashSet<>(candidates(rewrite));
        for (Pattern pattern : List.of(SHIFTED, SCALED, NORMAL)) {
            for (Node node : List.copyOf(model.graph().nodes())) {
                if (node.outputs().size() == 1) {
                    pattern.match(node.output())
                            .filter(m -> m.nodes().stream().anyMatch(open::contains))
                            .filter(LayerNormFusion::parametersFit)
                            .ifPresent(m -> {
                                open.removeAll(m.nodes());
                                replace(rewrite, node.output(), m);
                            });
                }
            }
        }
        candidates(rewrite).stream()
                .filter(open::contains)
                .forEach(node -> rewrite.refuse(node, "its variance is that of no norm over the last axis"));
        return rewrite.count(present);
    }

    private static List<Node> candidates(Rewrite rewrite) {
        return rewrite.nodes("", "Sqrt").stream()
                .filter(node -> CANDIDATE.match(node.output()).isPresent())
                .toList();
    }

    /** Whether scale and shift have a number for each component of the last axis. */
    private static boolean parametersFit(Match match) {
        Shape shape = Rewrite.shape(match.get("x"));
        if (shape == null || shape.rank() == 0 || !(shape.dim(-1) instanceof Dim.Known(long width))) {
            return false;
        }
        List<Value> parameters = new ArrayList<>();
        match.find("scale").ifPresent(parameters::add);
        match.find("bias").ifPresent(parameters::add);
        return parameters.stream().allMatch(p -> Shape.of(width).equals(Rewrite.shape(p)));
    }

    private static void replace(Rewrite rewrite, Value root, Match match) {
        Value x = match.get("x");
        Ops ops = rewrite.before(root);
        Value scale = match.find("scale").orElseGet(() -> ops.constant("ones", ones(x)));
        float epsilon = (float) Scalars.of(match.get("epsilon")).orElseThrow();
        rewrite.replace(
                root, ops.layerNormalization(x, scale, match.find("bias").orElse(null), -1, epsilon));
    }

    private static TensorData ones(Value x) {
        Shape shape = Rewrite.shape(x);
        if (x.type() == null || shape == null || !(shape.dim(-1) instanceof Dim.Known(long width))) {
            throw new IllegalArgumentException(x + ": the width is not known");
        }
        float[] ones = new float[Math.toIntExact(width)];
        Arrays.fill(ones, 1);
        return Conversion.convert(TensorData.vector(ones), x.type().dtype());
    }

    private static boolean isOverLastAxis(Node node) {
        Value input = node.input(1);
        List<Long> axes = input == null
                ? node.intsAttribute("axes").orElse(List.of())
                : ShapeInference.knownIntegers(input).orElse(List.of());
        Shape shape = Rewrite.shape(node.input(0));
        return node.intAttribute("keepdims", 1) == 1
                && axes.size() == 1
                && (axes.getFirst() == -1 || (shape != null && axes.getFirst() == shape.rank() - 1));
    }
}
