package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps.Direction;
import io.sinter.onnx.pass.fuse.Element.Apply;
import io.sinter.onnx.pass.fuse.Element.Coordinate;
import io.sinter.onnx.pass.fuse.Element.Number;
import io.sinter.onnx.pass.fuse.Element.Read;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is added to the scores {@code [B, N, S, T]} of an attention, where that depends on nothing but a mask of the keys
 * {@code [B, T]} of 0 and 1 and on whether a key stands after the query: 0 for keys that count, the filter for those that
 * do not.
 *
 * @param mask 1 for tokens, 0 for padding; null if all keys count
 * @param filter what is added to the score of a hidden key, as the graph says it
 * @param direction whether queries see the keys after them
 */
record KeyMask(@Nullable Value mask, double filter, Direction direction) {

    private static final Coordinate BATCH = new Coordinate(0);
    private static final Coordinate QUERY = new Coordinate(2);
    private static final Coordinate KEY = new Coordinate(3);

    /** A key at or before the query, as exporters write it. */
    private static final Set<Element> PAST =
            Set.of(new Apply("LessOrEqual", List.of(KEY, QUERY)), new Apply("GreaterOrEqual", List.of(QUERY, KEY)));

    /** A key after the query. */
    private static final Set<Element> FUTURE =
            Set.of(new Apply("Greater", List.of(KEY, QUERY)), new Apply("Less", List.of(QUERY, KEY)));

    /** Hidden keys have this or less added, or their weight might be seen. */
    private static final double HIDES = -1000;

    /** The mask that the sum of addends is, if it is one. */
    static Optional<KeyMask> of(Element sum) {
        Set<Element> unknowns = new LinkedHashSet<>();
        collect(sum, unknowns);
        Set<Read> masks = new LinkedHashSet<>();
        Set<Element> order = new LinkedHashSet<>();
        for (Element unknown : unknowns) {
            if (unknown instanceof Read read && isMask(read)) {
                masks.add(read);
            } else if (PAST.contains(unknown) || FUTURE.contains(unknown)) {
                order.add(unknown);
            } else {
                return Optional.empty();
            }
        }
        return masks.size() > 1
                ? Optional.empty()
                : evaluate(sum, masks.stream().findFirst(), order);
    }

    private static Optional<KeyMask> evaluate(Element sum, Optional<Read> mask, Set<Element> order) {
        double seen = value(sum, mask, order, Number.ONE, Number.ONE);
        double padding = value(sum, mask, order, Number.ZERO, Number.ONE);
        double later = value(sum, mask, order, Number.ONE, Number.ZERO);
        double both = value(sum, mask, order, Number.ZERO, Number.ZERO);
        boolean hides = seen == 0
                && (mask.isEmpty() || Math.max(padding, both) <= HIDES)
                && (order.isEmpty() || Math.max(later, both) <= HIDES);
        return hides
                ? Optional.of(new KeyMask(
                        mask.map(Read::source).orElse(null),
                        mask.isPresent() ? padding : order.isEmpty() ? -Float.MAX_VALUE : later,
                        order.isEmpty() ? Direction.BIDIRECTIONAL : Direction.CAUSAL))
                : Optional.empty();
    }

    private static double value(Element sum, Optional<Read> mask, Set<Element> order, Element token, Element past) {
        Map<Element, Element> values = new HashMap<>();
        mask.ifPresent(read -> values.put(read, token));
        for (Element comparison : order) {
            values.put(
                    comparison, PAST.contains(comparison) ? past : past.equals(Number.ONE) ? Number.ZERO : Number.ONE);
        }
        return sum.with(values) instanceof Number(double number) ? number : Double.NaN;
    }

    private static boolean isMask(Read read) {
        Shape shape = Rewrite.shape(read.source());
        return shape != null && shape.rank() == 2 && read.index().equals(List.of(BATCH, KEY));
    }

    /** What the element depends on: reads, comparisons of positions, and positions outside of those. */
    private static void collect(Element element, Set<Element> unknowns) {
        switch (element) {
            case Number ignored -> {}
            case Apply apply when PAST.contains(apply) || FUTURE.contains(apply) -> unknowns.add(apply);
            case Apply(String opType, List<Element> operands) ->
                operands.forEach(operand -> collect(operand, unknowns));
            case Read read -> unknowns.add(read);
            case Coordinate coordinate -> unknowns.add(coordinate);
            case Element.Extent extent -> unknowns.add(extent);
        }
    }
}
