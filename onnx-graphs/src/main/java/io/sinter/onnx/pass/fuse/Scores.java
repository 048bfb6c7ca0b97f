package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What an attention's softmax is taken of: queries · keysᵀ · scale + addends.
 *
 * @param queries before the split into heads
 * @param keys before the split into heads
 * @param scale of the product
 * @param addends masks and biases
 */
record Scores(HeadSplit queries, HeadSplit keys, double scale, List<Addend> addends) {

    /** Fills of masked scores at or below this leave a hidden key no weight, whatever its score is. */
    private static final double LOWEST = -1e30;

    /** Something added to the scores. */
    sealed interface Addend {

        /** A value, broadcast to the scores. */
        record Plain(Value value) implements Addend {}

        /** The filter where a condition holds, or where it does not; scores stay elsewhere. */
        record Fill(Value condition, double whereTrue, double whereFalse) implements Addend {}
    }

    static Scores of(Node softmax) throws Unfit {
        double scale = 1;
        List<Addend> addends = new ArrayList<>();
        Value at = Objects.requireNonNull(softmax.input(0));
        while (true) {
            Node node = at.producer();
            if (node == null) {
                throw new Unfit("the scores are \"" + at.name() + "\", no product of queries and keys");
            }
            if (isProduct(node)) {
                return product(node, scale, addends);
            }
            switch (node.opType()) {
                case "Identity" -> at = Objects.requireNonNull(node.input(0));
                case "Mul", "Div" -> {
                    Scaling scaling = Scaling.of(node)
                            .orElseThrow(() -> new Unfit("the scores go through " + node + ", which is no scale"));
                    scale *= scaling.factor();
                    at = scaling.scaled();
                }
                case "Add" -> {
                    requireUnscaled(scale, node);
                    Value left = Objects.requireNonNull(node.input(0));
                    Value right = Objects.requireNonNull(node.input(1));
                    boolean leftIsScores = isProductBehind(left);
                    if (leftIsScores == isProductBehind(right)) {
                        throw new Unfit(
                                leftIsScores
                                        ? "the scores are the sum of several products: " + node
                                        : "the scores are no product: " + node);
                    }
                    addends.add(new Addend.Plain(leftIsScores ? right : left));
                    at = leftIsScores ? left : right;
                }
                case "Where" -> {
                    requireUnscaled(scale, node);
                    at = fill(node, addends);
                }
                default -> throw new Unfit("the scores go through " + node);
            }
        }
    }

    private static void requireUnscaled(double scale, Node node) throws Unfit {
        if (scale != 1) {
            throw new Unfit("the scores are scaled after " + node);
        }
    }

    private static Value fill(Node where, List<Addend> addends) throws Unfit {
        Value condition = Objects.requireNonNull(where.input(0));
        Value whenTrue = Objects.requireNonNull(where.input(1));
        Value whenFalse = Objects.requireNonNull(where.input(2));
        OptionalDouble masked = Scalars.of(whenTrue);
        OptionalDouble otherwise = Scalars.of(whenFalse);
        if (masked.isPresent() && masked.getAsDouble() <= LOWEST) {
            addends.add(new Addend.Fill(condition, masked.getAsDouble(), 0));
            return whenFalse;
        }
        if (otherwise.isPresent() && otherwise.getAsDouble() <= LOWEST) {
            addends.add(new Addend.Fill(condition, 0, otherwise.getAsDouble()));
            return whenTrue;
        }
        throw new Unfit("masked scores are not filled with a lowest number: " + where);
    }

    private static boolean isProduct(Node node) {
        return node.is("MatMul")
                || (node.domain().equals(MicrosoftOps.DOMAIN)
                        && node.opType().equals("FusedMatMul")
                        && node.intAttribute("transA", 0) == 0
                        && node.intAttribute("transBatchA", 0) == 0
                        && node.intAttribute("transBatchB", 0) == 0);
    }

    /** Whether a product is a few steps of the scores' own arithmetic behind the value. */
    private static boolean isProductBehind(Value value) {
        Node node = value.producer();
        if (node == null) {
            return false;
        }
        if (isProduct(node)) {
            return true;
        }
        return switch (node.opType()) {
            case "Mul", "Div", "Add", "Identity", "Where" ->
                node.inputs().stream().anyMatch(v -> v != null && isProductBehind(v));
            default -> false;
        };
    }

    private static Scores product(Node node, double scale, List<Addend> addends) throws Unfit {
        Value queries = Objects.requireNonNull(node.input(0));
        Value keys = Objects.requireNonNull(node.input(1));
        boolean transposed = node.intAttribute("transB", 0) == 1;
        HeadSplit q = HeadSplit.of(queries, "queries", HeadSplit.BY_HEAD).unscaled();
        HeadSplit k = HeadSplit.of(keys, "keys", transposed ? HeadSplit.BY_HEAD : HeadSplit.BY_HEAD_TRANSPOSED)
                .unscaled();
        double total = scale * q.scale() * k.scale() * node.floatAttribute("alpha", 1);
        return new Scores(q, k, total, List.copyOf(addends));
    }
}
