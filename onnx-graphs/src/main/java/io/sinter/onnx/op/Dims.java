package io.sinter.onnx.op;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Arithmetic on extents that may be unknown. */
final class Dims {

    private static final Dim ONE = Dim.of(1);

    private Dims() {}

    /**
     * The shape that shapes broadcast to, as in numpy: aligned at the last axis, an extent of 1 stretches. Null where
     * one of them is null.
     */
    static @Nullable Shape broadcast(Call call, @Nullable Shape a, @Nullable Shape b) {
        if (a == null || b == null) {
            return null;
        }
        int rank = Math.max(a.rank(), b.rank());
        List<Dim> dims = new ArrayList<>(rank);
        for (int axis = -rank; axis < 0; axis++) {
            Dim left = axis < -a.rank() ? ONE : a.dim(axis);
            Dim right = axis < -b.rank() ? ONE : b.dim(axis);
            dims.add(broadcast(call, left, right));
        }
        return new Shape(dims);
    }

    private static Dim broadcast(Call call, Dim a, Dim b) {
        if (a.equals(b)) {
            return a;
        }
        if (a.equals(ONE)) {
            return b;
        }
        if (b.equals(ONE)) {
            return a;
        }
        if (a instanceof Dim.Known && b instanceof Dim.Known) {
            throw call.error("extents %s and %s do not broadcast".formatted(a, b));
        }
        if (a instanceof Dim.Known) {
            return a;
        }
        return b instanceof Dim.Known ? b : Dim.unknown();
    }

    /** What is known of an extent of which both are said; fails if they contradict each other. */
    static Dim unify(Call call, Dim a, Dim b) {
        if (a instanceof Dim.Known && b instanceof Dim.Known && !a.equals(b)) {
            throw call.error("extents %s and %s must be equal".formatted(a, b));
        }
        if (a instanceof Dim.Known || b instanceof Dim.Unknown) {
            return a;
        }
        return b instanceof Dim.Known || a instanceof Dim.Unknown ? b : a;
    }

    /** What holds of both shapes: extents that differ become unknown; null if the ranks differ. */
    static @Nullable Shape join(@Nullable Shape a, @Nullable Shape b) {
        if (a == null || b == null || a.rank() != b.rank()) {
            return null;
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < a.rank(); i++) {
            dims.add(a.dim(i).equals(b.dim(i)) ? a.dim(i) : Dim.unknown());
        }
        return new Shape(dims);
    }

    /** The product of extents. */
    static Dim product(List<Dim> factors) {
        return quotient(factors, List.of()).orElseGet(Dim::unknown);
    }

    /**
     * Π numerators / Π denominators, where named extents cancel. Unknown if it depends on what is not known; nothing if
     * it is no whole number.
     */
    static Optional<Dim> quotient(List<Dim> numerators, List<Dim> denominators) {
        List<Dim> over = new ArrayList<>(numerators);
        List<Dim> under = new ArrayList<>();
        for (Dim dim : denominators) {
            if (dim instanceof Dim.Unknown || !over.remove(dim)) {
                under.add(dim);
            }
        }
        Optional<Long> above = knownProduct(over);
        Optional<Long> below = knownProduct(under);
        if (above.isEmpty() || below.isEmpty()) {
            return Optional.of(Dim.unknown());
        }
        over.removeIf(Dim.Known.class::isInstance);
        under.removeIf(Dim.Known.class::isInstance);
        if (over.isEmpty() && under.isEmpty()) {
            return below.get() == 0 || above.get() % below.get() != 0
                    ? Optional.empty()
                    : Optional.of(Dim.of(above.get() / below.get()));
        }
        boolean single = over.size() == 1 && under.isEmpty() && above.get().equals(below.get());
        return Optional.of(single ? over.getFirst() : Dim.unknown());
    }

    /** Sum of extents; unknown if it passes 2⁶³ − 1. */
    static Dim sum(List<Dim> terms) {
        long total = 0;
        List<Dim> rest = new ArrayList<>();
        for (Dim term : terms) {
            if (term instanceof Dim.Known(long size)) {
                total = total < 0 || total + size < 0 ? -1 : total + size;
            } else {
                rest.add(term);
            }
        }
        if (rest.isEmpty() && total >= 0) {
            return Dim.of(total);
        }
        return rest.size() == 1 && total == 0 ? rest.getFirst() : Dim.unknown();
    }

    /** A shape of unknown extents. */
    static Shape unknown(int rank) {
        return new Shape(Collections.nCopies(rank, Dim.unknown()));
    }

    /** The product of the extents that are known, or nothing if it passes 2⁶³ − 1. */
    private static Optional<Long> knownProduct(List<Dim> dims) {
        long product = 1;
        for (Dim dim : dims) {
            if (dim instanceof Dim.Known(long size)) {
                if (Math.multiplyHigh(product, size) != 0 || product * size < 0) {
                    return Optional.empty();
                }
                product *= size;
            }
        }
        return Optional.of(product);
    }
}
