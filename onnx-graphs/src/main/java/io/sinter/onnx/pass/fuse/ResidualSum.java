package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.constant;

import io.sinter.onnx.ir.Dim;
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
 * The sum of two activations that a norm reads.
 *
 * @param sum what is normalised
 * @param x one side, without the bias that was added to it for nobody else
 * @param skip the other side
 * @param bias of x, or null
 */
record ResidualSum(Value sum, Value x, Value skip, @Nullable Value bias) {

    private static final Pattern BIASED = add(any("x"), constant("bias"));

    /** Emits the operator of a norm and its sum. */
    @FunctionalInterface
    interface Emission {

        /** The norm and the sum. */
        Residual emit(MicrosoftOps ops, ResidualSum residual, Norm norm);
    }

    /** Fuses what the norms of an operator read with them. */
    static void fuse(Rewrite rewrite, String normOperator, Emission emission) {
        for (Node norm : rewrite.nodes("", normOperator)) {
            if (!isCandidate(norm)) {
                continue;
            }
            try {
                ResidualSum residual = of(norm);
                Norm parameters = new Norm(
                        Objects.requireNonNull(norm.input(1)), norm.input(2), norm.floatAttribute("epsilon", 1e-5f));
                // Where the sum is: the norm may come after other readers of it.
                MicrosoftOps ops = rewrite.microsoftBefore(residual.sum());
                Residual fused = emission.emit(ops, residual, parameters);
                rewrite.replace(norm.output(), fused.output());
                rewrite.substitute(residual.sum(), fused.sum());
            } catch (Unfit unfit) {
                if (!EmbeddingReading.isSumOfRows(Objects.requireNonNull(norm.input(0)))) { // no residual connection
                    rewrite.refuse(norm, unfit.reason());
                }
            }
        }
    }

    private static boolean isCandidate(Node norm) {
        Node add = Objects.requireNonNull(norm.input(0)).producer();
        return add != null && add.is("Add") && !isConstant(add.input(0)) && !isConstant(add.input(1));
    }

    private static ResidualSum of(Node norm) throws Unfit {
        Value sum = Objects.requireNonNull(norm.input(0));
        Node add = Objects.requireNonNull(sum.producer());
        Value left = Objects.requireNonNull(add.input(0));
        Value right = Objects.requireNonNull(add.input(1));
        requireFit(norm, Rewrite.shape(left), Rewrite.shape(right));
        Optional<Match> biasLeft = biased(left);
        Optional<Match> bias = biasLeft.isPresent() ? biasLeft : biased(right);
        Value skip = biasLeft.isPresent() || bias.isEmpty() ? right : left;
        return bias.map(m -> new ResidualSum(sum, m.get("x"), skip, m.get("bias")))
                .orElse(new ResidualSum(sum, left, skip, null));
    }

    private static Optional<Match> biased(Value side) {
        return BIASED.match(side).filter(m -> {
            Shape width = Rewrite.shape(side);
            Shape shape = Rewrite.shape(m.get("bias"));
            return side.uses().size() == 1
                    && width != null
                    && shape != null
                    && shape.rank() == 1
                    && shape.dim(0).equals(width.dim(-1));
        });
    }

    private static void requireFit(Node norm, @Nullable Shape a, @Nullable Shape b) throws Unfit {
        if (a == null || b == null || a.rank() != 3 || b.rank() != 3) {
            throw new Unfit("the sum is of %s and %s, expected two of rank 3".formatted(a, b));
        }
        Dim one = Dim.of(1);
        for (int i = 0; i < 3; i++) {
            if (HeadSplit.contradict(a.dim(i), b.dim(i))
                    || a.dim(i).equals(one) != b.dim(i).equals(one)) {
                throw new Unfit("%s is broadcast to %s in the sum".formatted(a, b));
            }
        }
        long axis = norm.intAttribute("axis", -1);
        if (axis != -1 && axis != 2) {
            throw new Unfit("the norm is over more than the last axis");
        }
        if (norm.outputs().size() > 1) {
            throw new Unfit("the norm hands out its statistics");
        }
        if (!isConstant(norm.input(1)) || (norm.input(2) != null && !isConstant(norm.input(2)))) {
            throw new Unfit("scale and shift are computed");
        }
    }

    private static boolean isConstant(@Nullable Value value) {
        return value != null && value.isInitializer();
    }
}
