package io.sinter.weights;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a band of each task vector by magnitude: n elements in the order of falling magnitude, lowest index first among equal
 * ones, without the first {@code ⌊γn⌋} and no more than {@code ⌊density · n⌋}. Where fewer are left, fewer of the first are
 * left out, so that so many are always kept; a density above 0 keeps at least one element.
 */
final class MagnitudePruning {

    /** What one model keeps: the elements between two cuts. */
    private record Band(Cut outer, Cut inner) {}

    private MagnitudePruning() {}

    /** Keeps the largest. */
    static Pruning ofLargest(TensorGroup group, List<Double> density) {
        return ofBand(group, density, density.stream().map(d -> 0.0).toList());
    }

    /** Keeps a band. */
    static Pruning ofBand(TensorGroup group, List<Double> density, List<Double> gamma) {
        if (density.stream().allMatch(d -> d >= 1)) {
            return Pruning.NONE;
        }
        long n = group.elements();
        List<Selection.Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < density.size(); i++) {
            long kept = kept(n, density.get(i));
            long dropped = density.get(i) >= 1 ? 0 : Math.min((long) (gamma.get(i) * n), n - kept);
            wanted.add(new Selection.Wanted(i, dropped));
            wanted.add(new Selection.Wanted(i, dropped + kept));
        }
        List<Cut> cuts = Selection.cuts(group, Magnitudes::new, wanted);
        List<Band> bands = new ArrayList<>();
        for (int i = 0; i < density.size(); i++) {
            bands.add(new Band(cuts.get(2 * i), cuts.get(2 * i + 1)));
        }
        return new Pruning(reader -> pruner(bands));
    }

    /** How many of n elements a density keeps. */
    static long kept(long n, double density) {
        return density <= 0 ? 0 : Math.max(1, (long) (density * n));
    }

    private static Pruning.Pruner pruner(List<Band> bands) {
        int[] bits = new int[Reader.ROOM];
        return (model, first, count, delta) -> {
            Band band = bands.get(model);
            Reader.bitsOf(delta, count, bits);
            if (!band.inner().equals(Cut.ALL)) {
                band.inner().keepBefore(first, count, bits);
            }
            if (!band.outer().equals(Cut.NONE)) {
                band.outer().keepBehind(first, count, bits);
            }
            Reader.floatsOf(bits, count, delta);
        };
    }

    /** Task vectors ranked by |δ|. */
    private static final class Magnitudes implements Selection.Keys {

        private final Sources sources;
        private final float[] delta = new float[Reader.ROOM];
        private int count;

        Magnitudes(Reader reader) {
            sources = Sources.taskVectors(reader);
        }

        @Override
        public void at(long first, int elements) {
            sources.at(first, elements);
            count = elements;
        }

        @Override
        public void read(int ranking, int[] target) {
            sources.read(ranking, delta);
            magnitudes(delta, count, target);
        }
    }

    /** The bits of |x|, which are in the order of the numbers. */
    static void magnitudes(float[] values, int count, int[] target) {
        Reader.bitsOf(values, count, target);
        for (int i = 0; i < count; i++) {
            target[i] &= Reader.MAGNITUDE;
        }
    }
}
