package io.sinter.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the k largest of a tensor's elements, exactly and without sorting or copying it. A sample of the blocks tells in which
 * window of keys the k-th lies; one pass over all elements counts the keys above the window, and each key within. Where the k-th
 * is not within after all, or the tensor is small, all blocks are the sample, and the window is right. Where only some of the
 * elements that equal the k-th belong to the k largest, those of lowest index are taken.
 */
final class Selection {

    private static final int LOW_BITS = 15;
    private static final int HIGHS = 1 << 16;

    /** The counts of all parts' windows are at most one for so many elements: several tensors are prepared at a time. */
    private static final long ELEMENTS_PER_COUNT = 8;

    /** Most parts of a sample, each of which has a histogram of {@value #HIGHS} counts for each cut. */
    private static final long SAMPLE_PARTS = 16;

    /** One in so many blocks makes the sample. */
    private static final int SPARSE = 8;

    /** Of fewer elements, all are the sample. */
    private static final long WORTH_A_SAMPLE = 1 << 20;

    /** By how many standard deviations of a random sample a window is wider than the k-th key. */
    private static final double DEVIATIONS = 5;

    private final TensorGroup group;
    private final Function<Reader, Keys> keys;
    private final List<Wanted> wanted;

    private Selection(TensorGroup group, Function<Reader, Keys> keys, List<Wanted> wanted) {
        this.group = group;
        this.keys = keys;
        this.wanted = wanted;
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

    /** Keys whose upper halves are from {@code low} up, so many of them. */
    private record Window(int low, int width) {

        int size() {
            return width << LOW_BITS;
        }

        int firstKey() {
            return low << LOW_BITS;
        }
    }

    /** How often a part of the tensor has each key of each wanted cut's window; at the end of an array, all greater keys. */
    private record Part(long first, long end, List<int[]> counts) {}

    /** The count-th greatest key, and how many of the elements that have it are among the count greatest. */
    private record Found(int key, long count, long ties) {}

    /** The cuts that are wanted, in that order. */
    static List<Cut> cuts(TensorGroup group, Function<Reader, Keys> keys, List<Wanted> wanted) {
        List<Wanted> open = wanted.stream()
                .filter(w -> w.count() > 0 && w.count() < group.elements())
                .distinct()
                .toList();
        List<Cut> found = open.isEmpty() ? List.of() : new Selection(group, keys, open).cuts();
        return wanted.stream()
                .map(w -> w.count() <= 0
                        ? Cut.NONE
                        : w.count() >= group.elements() ? Cut.ALL : found.get(open.indexOf(w)))
                .toList();
    }

    /** The keys of the last elements before the cuts: of the count-th greatest. Counts are from 1 to the number of elements. */
    static List<Integer> keys(TensorGroup group, Function<Reader, Keys> keys, List<Wanted> wanted) {
        Selection selection = new Selection(group, keys, wanted);
        return selection.search().found().stream().map(Found::key).toList();
    }

    /** The keys that are searched, with what the parts have of them. */
    private record Search(List<Window> windows, List<Part> parts, List<Found> found) {}

    private List<Cut> cuts() {
        Search search = search();
        return IntStream.range(0, wanted.size()).mapToObj(i -> cut(i, search)).toList();
    }

    private Search search() {
        if (group.elements() >= WORTH_A_SAMPLE) {
            List<Window> windows = windows(SPARSE);
            if (mostParts(windows) > 0) {
                Search search = search(windows);
                if (search.found().size() == wanted.size()) {
                    return search;
                }
            }
        }
        return search(windows(1));
    }

    /** The windows in which the keys must lie, by one in so many blocks. */
    private List<Window> windows(int sparse) {
        List<int[][]> parts = Sweep.elements(group, SAMPLE_PARTS, (reader, first, end) -> {
            int[][] histograms = new int[wanted.size()][HIGHS];
            KeyBlock block = new KeyBlock(keys.apply(reader));
            for (long at = first; at < end; at += (long) sparse * Reader.BLOCK) {
                block.at(at, (int) Math.min(Reader.BLOCK, end - at));
                for (int i = 0; i < histograms.length; i++) {
                    countHighs(block.read(wanted.get(i).ranking()), block.count, histograms[i]);
                }
            }
            return histograms;
        });
        return IntStream.range(0, wanted.size())
                .mapToObj(i -> window(wanted.get(i).count(), sparse, sum(parts, i)))
                .toList();
    }

    private static long[] sum(List<int[][]> parts, int index) {
        long[] sum = new long[HIGHS];
        for (int[][] part : parts) {
            add(part[index], sum);
        }
        return sum;
    }

    private static void add(int[] counts, long[] sums) {
        for (int i = 0; i < counts.length; i++) {
            sums[i] += counts[i];
        }
    }

    private Window window(long count, int sparse, long[] histogram) {
        double part = (double) count / group.elements();
        long sampled = Arrays.stream(histogram).sum();
        double margin = sparse == 1 ? 0 : 1 + DEVIATIONS * Math.sqrt(sampled * part * (1 - part));
        double rank = sparse == 1 ? (double) count : part * sampled;
        int high = bin(histogram, Math.max(1, rank - margin));
        int low = bin(histogram, Math.min((double) sampled, rank + margin));
        return new Window(low, high - low + 1);
    }

    /** The bin, from the greatest down, in which the key of that rank lies. */
    private static int bin(long[] histogram, double rank) {
        int bin = histogram.length - 1;
        double left = rank;
        while (bin > 0 && left > histogram[bin]) {
            left -= histogram[bin--];
        }
        return bin;
    }

    private long mostParts(List<Window> windows) {
        long counts = windows.stream().mapToLong(Window::size).sum();
        return group.elements() / ELEMENTS_PER_COUNT / counts;
    }

    private Search search(List<Window> windows) {
        List<Part> parts = Sweep.elements(group, Math.max(1, mostParts(windows)), (reader, first, end) -> {
            List<int[]> counts =
                    windows.stream().map(w -> new int[w.size() + 1]).toList();
            KeyBlock block = new KeyBlock(keys.apply(reader));
            Sweep.blocks(first, end, (at, elements) -> {
                block.at(at, elements);
                for (int i = 0; i < wanted.size(); i++) {
                    count(block.read(wanted.get(i).ranking()), elements, windows.get(i), counts.get(i));
                }
            });
            return new Part(first, end, counts);
        });
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Found key = find(i, windows.get(i), parts);
            if (key != null) {
                found.add(key);
            }
        }
        return new Search(windows, parts, found);
    }

    private static void countHighs(int[] keys, int count, int[] counts) {
        for (int i = 0; i < count; i++) {
            counts[keys[i] >>> LOW_BITS]++;
        }
    }

    private static void count(int[] keys, int count, Window window, int[] counts) {
        int first = window.firstKey();
        int size = window.size();
        counts[size] += countAbove(keys, count, first + size - 1);
        for (int i = 0; i < count; i++) {
            int key = keys[i] - first;
            if (Integer.compareUnsigned(key, size) < 0) {
                counts[key]++;
            }
        }
    }

    /** The sign bit of {@code threshold − key}. */
    private static int countAbove(int[] keys, int count, int threshold) {
        int above = 0;
        for (int i = 0; i < count; i++) {
            above += (threshold - keys[i]) >>> 31;
        }
        return above;
    }

    /** The count-th key, or null where it is not in the window. */
    private @Nullable Found find(int index, Window window, List<Part> parts) {
        long[] sums = new long[window.size() + 1];
        parts.forEach(part -> add(part.counts().get(index), sums));
        long left = wanted.get(index).count() - sums[window.size()];
        int key = window.size() - 1;
        if (left <= 0) {
            return null;
        }
        while (key >= 0 && left > sums[key]) {
            left -= sums[key--];
        }
        return key < 0 ? null : new Found(window.firstKey() + key, left, sums[key]);
    }

    private Cut cut(int index, Search search) {
        Found found = search.found().get(index);
        if (found.count() == found.ties()) {
            return new Cut(found.key(), group.elements());
        }
        long left = found.count();
        for (Part part : search.parts()) {
            int ties = part.counts()
                    .get(index)[found.key() - search.windows().get(index).firstKey()];
            if (left <= ties) {
                return new Cut(found.key(), tiesEnd(wanted.get(index).ranking(), found.key(), part, left));
            }
            left -= ties;
        }
        throw new IllegalStateException("the tensor \"%s\" changed while it was read".formatted(group.name()));
    }

    /** One more than the index of the part's count-th element with that key. */
    private long tiesEnd(int ranking, int key, Part part, long count) {
        KeyBlock block = new KeyBlock(keys.apply(new Reader(group)));
        long left = count;
        for (long first = part.first(); first < part.end(); first += Reader.BLOCK) {
            int elements = (int) Math.min(Reader.BLOCK, part.end() - first);
            block.at(first, elements);
            int[] values = block.read(ranking);
            for (int i = 0; i < elements; i++) {
                if (values[i] == key && --left == 0) {
                    return first + i + 1;
                }
            }
        }
        throw new IllegalStateException("the tensor \"%s\" changed while it was read".formatted(group.name()));
    }

    /** The keys of a block; read once for counts that follow each other in one ranking. */
    private static final class KeyBlock {

        private final Keys keys;
        private final int[] values = new int[Reader.ROOM];
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
}
