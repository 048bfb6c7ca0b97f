package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.op;
import static io.sinter.onnx.pass.fuse.Pattern.scalar;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A multi-head attention written out in nodes: softmax(queries · keysᵀ · scale + addends) · values, heads joined.
 *
 * @param scores what the softmax is taken of
 * @param values before the split into heads
 * @param hiddenRows what becomes of queries without keys
 * @param output heads joined, {@code [B, S, N·d]}
 */
record AttentionReading(Scores scores, HeadSplit values, HiddenRows hiddenRows, Value output) {

    /** What becomes of queries whose keys are all hidden, where the softmax is no number. */
    enum HiddenRows {
        /** Nothing is done about them. */
        AS_THEY_ARE,
        /** Their weights are 0. */
        ZERO
    }

    private static final Pattern GUARD = op("Where", op("IsNaN", any("weights")), scalar(0), any("weights"));

    /** Whether a softmax stands between two matrix products. */
    static boolean isCandidate(Node softmax) {
        return readers(weights(softmax)).stream().anyMatch(n -> n.is("MatMul"));
    }

    /** The softmax, or what a guard against rows without keys makes of it. */
    private static Value weights(Node softmax) {
        return Rewrite.readers(softmax.output())
                .filter(node -> node.is("Where") && GUARD.match(node.output()).isPresent())
                .map(Node::output)
                .findFirst()
                .orElse(softmax.output());
    }

    /** The attention around a softmax. */
    static AttentionReading of(Graph graph, Node softmax) throws Unfit {
        requireLastAxis(softmax);
        Value weights = weights(softmax);
        if (weights != softmax.output()
                && (graph.isOutput(softmax.output())
                        || readers(softmax.output()).size() > 2)) {
            throw new Unfit("the attention's weights are read before they are guarded");
        }
        Node product = only(graph, weights, "MatMul", "the attention's weights");
        if (product.input(0) != weights) {
            throw new Unfit("the weights are the right operand of " + product);
        }
        HeadSplit values = HeadSplit.of(Objects.requireNonNull(product.input(1)), "values", HeadSplit.BY_HEAD);
        if (values.scale() != 1) {
            throw new Unfit("the values are scaled");
        }
        Scores scores = Scores.of(softmax);
        if (scores.queries().heads() != values.heads() || scores.keys().heads() != values.heads()) {
            throw new Unfit("queries have %d heads, keys %d, values %d"
                    .formatted(scores.queries().heads(), scores.keys().heads(), values.heads()));
        }
        HiddenRows hidden = weights == softmax.output() ? HiddenRows.AS_THEY_ARE : HiddenRows.ZERO;
        requireOneBatch(scores.queries(), scores.keys());
        return new AttentionReading(scores, values, hidden, joined(graph, product, values));
    }

    private static Value joined(Graph graph, Node product, HeadSplit values) throws Unfit {
        Node transpose = only(graph, product.output(), "Transpose", "the heads' outputs");
        if (!transpose.intsAttribute("perm").equals(Optional.of(List.of(0L, 2L, 1L, 3L)))) {
            throw new Unfit("the heads' outputs are transposed by " + transpose);
        }
        Node reshape = only(graph, transpose.output(), "Reshape", "the heads' outputs");
        Shape joined = Rewrite.shape(reshape.output());
        Dim width = Dim.of(values.heads() * values.width());
        if (joined == null || joined.rank() != 3 || HeadSplit.contradict(joined.dim(2), width)) {
            throw new Unfit("the heads are joined to shape %s, not [B, S, %s]".formatted(joined, width));
        }
        return reshape.output();
    }

    /** The one reader that a value has. */
    private static Node only(Graph graph, Value value, String opType, String what) throws Unfit {
        if (graph.isOutput(value)) {
            throw new Unfit(what + " are an output of the graph");
        }
        List<Node> readers = readers(value);
        if (readers.size() != 1 || !readers.getFirst().is(opType)) {
            throw new Unfit("%s are read by %s, expected one %s".formatted(what, readers, opType));
        }
        return readers.getFirst();
    }

    /** The readers of a value's elements; its extents are asked for by nodes that go with the attention. */
    private static List<Node> readers(Value value) {
        return Rewrite.readers(value).filter(node -> !node.is("Shape")).toList();
    }

    /** The operators repeat neither queries nor keys over the batch. */
    private static void requireOneBatch(HeadSplit queries, HeadSplit keys) throws Unfit {
        Dim one = Dim.of(1);
        if (queries.batch().equals(one) != keys.batch().equals(one)) {
            throw new Unfit(
                    "queries of batch %s are broadcast to keys of batch %s".formatted(queries.batch(), keys.batch()));
        }
    }

    private static void requireLastAxis(Node softmax) throws Unfit {
        long axis = softmax.intAttribute("axis", -1);
        Shape shape = Rewrite.shape(softmax.input(0));
        if (axis != -1 && (shape == null || axis != shape.rank() - 1)) {
            throw new Unfit("the softmax is over axis %d of %s".formatted(axis, shape));
        }
    }
}
