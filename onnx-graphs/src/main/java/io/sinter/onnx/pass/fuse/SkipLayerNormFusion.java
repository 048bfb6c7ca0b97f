package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.constant;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Norm;
import io.sinter.onnx.op.MicrosoftOps.Residual;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A residual connection, the bias of the projection before it and the norm after it to {@code SkipLayerNormalization}. A
 * candidate is each layer norm of a sum of two activations. Where the sum is read elsewhere too, as in models that
 * normalise first, the operator hands it out.
 */
public final class SkipLayerNormFusion implements Fusion {

    private static final Pattern BIASED = add(any("x"), constant("bias"));

    @Override
    public String name() {
        return "fuse-skip-layer-norm";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.SKIP_LAYER_NORM);
        int present = rewrite.present(MicrosoftOps.DOMAIN, "SkipLayerNormalization");
        for (Node norm : rewrite.nodes("", "LayerNormalization")) {
            Value sum = Objects.requireNonNull(norm.input(0));
            Node add = sum.producer();
            if (add == null || !add.is("Add") || isConstant(add.input(0)) || isConstant(add.input(1))) {
                continue;
            }
            try {
                fuse(rewrite, norm, add);
            } catch (Unfit unfit) {
                if (EmbeddingReading.isCandidate(norm)) {
                    continue; // counted among the embeddings
                }
                rewrite.refuse(norm, unfit.reason());
            }
        }
        return rewrite.count(present);
    }

    private static void fuse(Rewrite rewrite, Node norm, Node add) throws Unfit {
        requireFit(norm, add);
        Branch left = Branch.of(Objects.requireNonNull(add.input(0)));
        Branch right = Branch.of(Objects.requireNonNull(add.input(1)));
        boolean biasLeft = left.bias() != null;
        Branch x = biasLeft ? left : right;
        Value skip = Objects.requireNonNull(add.input(biasLeft ? 1 : 0));
        Norm parameters =
                new Norm(Objects.requireNonNull(norm.input(1)), norm.input(2), norm.floatAttribute("epsilon", 1e-5f));
        // Where the sum is: the norm may come after other readers of it.
        MicrosoftOps ops = rewrite.microsoftBefore(add.output());
        Residual residual = ops.skipLayerNormalization(x.value(), skip, x.bias(), parameters);
        rewrite.replace(norm.output(), residual.output());
        rewrite.substitute(add.output(), residual.sum());
    }

    private static void requireFit(Node norm, Node add) throws Unfit {
        Shape a = Rewrite.shape(add.input(0));
        Shape b = Rewrite.shape(add.input(1));
        long axis = norm.intAttribute("axis", -1);
        if (a == null || b == null || a.rank() != 3 || b.rank() != 3) {
            throw new Unfit("the sum is of %s and %s, expected two of rank 3".formatted(a, b));
        }
        for (int i = 0; i < 3; i++) {
            if (HeadSplit.contradict(a.dim(i), b.dim(i))
                    || a.dim(i).equals(Dim.of(1)) != b.dim(i).equals(Dim.of(1))) {
                throw new Unfit("%s is broadcast to %s in the sum".formatted(a, b));
            }
        }
        if (axis != -1 && axis != 2) {
            throw new Unfit("the norm is over more than the last axis");
        }
        if (norm.outputs().size() > 1) {
            throw new Unfit("the norm hands out its statistics");
        }
    }

    private static boolean isConstant(@Nullable Value value) {
        return value != null && value.isInitializer();
    }

    /** One side of a sum: an activation, and a bias where one was added to it for nobody else. */
    private record Branch(Value value, @Nullable Value bias) {

        static Branch of(Value side) {
            Optional<Match> match = BIASED.match(side).filter(m -> isBias(side, m.get("bias")));
            return match.map(m -> new Branch(m.get("x"), m.get("bias"))).orElse(new Branch(side, null));
        }

        private static boolean isBias(Value side, Value bias) {
            Shape width = Rewrite.shape(side);
            Shape shape = Rewrite.shape(bias);
            return side.uses().size() == 1
                    && width != null
                    && shape != null
                    && shape.rank() == 1
                    && shape.dim(0).equals(width.dim(-1));
        }
    }
}
