package io.sinter.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Finds the k largest of a tensor's elements, exactly and without sorting or copying: a first pass counts the upper 16 bits of
 * the keys, a second the lower 15 bits of those keys whose upper bits are the k-th's, and where only some of the elements equal
 * to the k-th belong to the k largest, a third finds how far they reach: those of lowest index are taken.
 */
final class Selection {

    private static final int LOW_BITS = 15;
    private static final int HIGHS = 1 << 16;
    private static final int LOWS = 1 << LOW_BITS;

    private final TensorGroup group;
    private final Function<Reader, Keys> keys;

    private Selection(TensorGroup group, Function<Reader, Keys> keys) {
        this.group = group;
        this.keys = keys;
    }

    /** Non-negative whole numbers by which elements are ranked, in one or more rankings. One a task. */
    interface Keys {
        /** Turns to a block of elements. */
        void at(long first, int count);

        /** Writes the block's keys of a ranking. */
        void read(int ranking, int[] target);
    }

    /** A cut that is looked for: so many elements of a ranking stand before it. */
    record Wanted(int ranking, long count) {}

    /** How far a search has come: the upper bits of the key, and the count among the keys that have them. */
    private record Found(int ranking, int bits, long count, long ties) {}

    /** The cuts that are wanted, in that order. */
    static List<Cut> cuts(TensorGroup group, Function<Reader, Keys> keys, List<Wanted> wanted) {
        return new Selection(group, keys).cuts(wanted);
    }

    /** The keys of the last elements before the cuts: of the count-th greatest. Counts are from 1 to the number of elements. */
    static List<Integer> keys(TensorGroup group, Function<Reader, Keys> keys, List<Wanted> wanted) {
        return new Selection(group, keys)
                .search(wanted).stream().map(Found::bits).toList();
    }

    private List<Cut> cuts(List<Wanted> wanted) {
        List<Wanted> open = wanted.stream()
                .filter(w -> w.count() > 0 && w.count() < group.elements())
                .toList();
        List<Cut> found = open.isEmpty()
                ? List.of()
                : search(open).stream().map(this::cut).toList();
        return wanted.stream()
                .map(w -> w.count() <= 0
                        ? Cut.NONE
                        : w.count() >= group.elements() ? Cut.ALL : found.get(open.indexOf(w)))
                .toList();
    }

    private List<Found> search(List<Wanted> open) {
        List<Integer> rankings = open.stream().map(Wanted::ranking).distinct().toList();
        long[][] highs = histograms(
                rankings.size(),
                HIGHS,
                (i, block, counts) -> countHighs(block.read(rankings.get(i)), block.count, counts));
        List<Found> upper = open.stream()
                .map(w -> find(w.ranking(), w.count(), highs[rankings.indexOf(w.ranking())]))
                .toList();
        long[][] lows = histograms(
                upper.size(),
                LOWS,
                (i, block, counts) -> countLows(
                        block.read(upper.get(i).ranking()),
                        block.count,
                        upper.get(i).bits(),
                        counts));
        List<Found> exact = new ArrayList<>();
        for (int i = 0; i < upper.size(); i++) {
            Found high = upper.get(i);
            Found low = find(high.ranking(), high.count(), lows[i]);
            exact.add(new Found(high.ranking(), high.bits() << LOW_BITS | low.bits(), low.count(), low.ties()));
        }
        return exact;
    }

    /** The bin, from the greatest down, in which the count-th key lies. */
    private static Found find(int ranking, long count, long[] histogram) {
        int bin = histogram.length - 1;
        long left = count;
        while (left > histogram[bin]) {
            left -= histogram[bin--];
        }
        return new Found(ranking, bin, left, histogram[bin]);
    }

    private static void countHighs(int[] keys, int count, int[] counts) {
        for (int i = 0; i < count; i++) {
            counts[keys[i] >>> LOW_BITS]++;
        }
    }

    private static void countLows(int[] keys, int count, int high, int[] counts) {
        for (int i = 0; i < count; i++) {
            if (keys[i] >>> LOW_BITS == high) {
                counts[keys[i] & LOWS - 1]++;
            }
        }
    }

    /** The keys of a block; read once for counts that follow each other in one ranking. */
    private static final class KeyBlock {

        private final Keys keys;
        private final int[] values = new int[Reader.BLOCK];
        private int ranking;
        private int count;

        KeyBlock(Keys keys) {
            this.keys = keys;
        }

        void at(long first, int elements) {
            keys.at(first, elements);
            count = elements;
            ranking = -1;
        }

        int[] read(int wanted) {
            if (ranking != wanted) {
                keys.read(wanted, values);
                ranking = wanted;
            }
            return values;
        }
    }

    /** Adds a block to the histogram of one index. */
    private interface Count {
        void add(int index, KeyBlock block, int[] histogram);
    }

    private long[][] histograms(int number, int bins, Count count) {
        List<int[][]> parts = Sweep.elements(group, (reader, first, end) -> {
            int[][] histograms = new int[number][bins];
            KeyBlock block = new KeyBlock(keys.apply(reader));
            Sweep.blocks(first, end, (at, elements) -> {
                block.at(at, elements);
                for (int i = 0; i < number; i++) {
                    count.add(i, block, histograms[i]);
                }
            });
            return histograms;
        });
        long[][] sums = new long[number][bins];
        for (int[][] part : parts) {
            for (int i = 0; i < number; i++) {
                add(part[i], sums[i]);
            }
        }
        return sums;
    }

    private static void add(int[] counts, long[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += counts[i];
        }
    }

    private Cut cut(Found found) {
        return new Cut(found.bits(), found.count() == found.ties() ? group.elements() : tiesEnd(found));
    }

    /** One more than the index of the count-th element with that key. */
    private long tiesEnd(Found found) {
        List<long[]> parts = Sweep.elements(group, (reader, first, end) -> {
            LongStream.Builder ties = LongStream.builder();
            KeyBlock block = new KeyBlock(keys.apply(reader));
            Sweep.blocks(first, end, (at, elements) -> {
                block.at(at, elements);
                ties.add(countEqual(block.read(found.ranking()), elements, found.bits()));
            });
            return LongStream.concat(LongStream.of(first), ties.build()).toArray();
        });
        long left = found.count();
        for (long[] part : parts) {
            for (int i = 1; i < part.length; i++) {
                if (left <= part[i]) {
                    return tiesEnd(found, part[0] + (i - 1L) * Reader.BLOCK, left);
                }
                left -= part[i];
            }
        }
        throw new IllegalStateException("the tensor \"%s\" changed while it was read".formatted(group.name()));
    }

    private long tiesEnd(Found found, long first, long left) {
        int count = (int) Math.min(Reader.BLOCK, group.elements() - first);
        KeyBlock block = new KeyBlock(keys.apply(new Reader(group)));
        block.at(first, count);
        int[] values = block.read(found.ranking());
        int at = 0;
        for (long ties = 0; ties < left; at++) {
            ties += values[at] == found.bits() ? 1 : 0;
        }
        return first + at;
    }

    private static int countEqual(int[] keys, int count, int key) {
        int equal = 0;
        for (int i = 0; i < count; i++) {
            equal += keys[i] == key ? 1 : 0;
        }
        return equal;
    }
}
