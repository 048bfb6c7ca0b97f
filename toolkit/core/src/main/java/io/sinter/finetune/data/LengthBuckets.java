package io.sinter.finetune.data;

import io.sinter.train.Batches;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Batches of examples of like lengths, so that little is padded: the order of an epoch is that of {@link Batches}; each
 * window of {@value #WINDOW} batches is sorted by length and cut, and the batches of the epoch are then taken in an order of
 * their own. A function of the batch's number. May be used by several threads.
 */
public final class LengthBuckets {

    private static final int WINDOW = 32;

    private final Batches batches;
    private final int examples;
    private final IntUnaryOperator length;
    private final AtomicReference<@Nullable Epoch> latest = new AtomicReference<>();

    /** The batches of an epoch; the last examples of its order, which fill none, are left out. */
    private record Epoch(long number, List<int[]> batches) {}

    /**
     * Batches.
     *
     * @param batches how many examples a batch has, and the seed
     * @param examples how many there are; fewer than a batch are one
     * @param length of an example
     */
    public LengthBuckets(Batches batches, int examples, IntUnaryOperator length) {
        if (examples < 1) {
            throw new IllegalArgumentException("batches: got no examples, expected 1 or more");
        }
        this.batches = batches;
        this.examples = examples;
        this.length = length;
    }

    /** Batches of an epoch, at least 1. */
    public long perEpoch() {
        return examples / size();
    }

    private int size() {
        return Math.min(batches.size(), examples);
    }

    /**
     * The numbers of a batch's examples, the shortest first.
     *
     * @param number from 0
     */
    public int[] of(long number) {
        long epoch = number / perEpoch();
        Epoch current = latest.get();
        if (current == null || current.number != epoch) {
            current = new Epoch(epoch, List.of(cut(epoch)));
            latest.set(current);
        }
        return current.batches.get(Math.toIntExact(number % perEpoch())).clone();
    }

    private int[][] cut(long epoch) {
        int[] order = batches.order(epoch, examples);
        int count = Math.toIntExact(perEpoch());
        int[][] cut = new int[count][];
        for (int first = 0; first < count; first += WINDOW) {
            int last = Math.min(count, first + WINDOW);
            int[] sorted = IntStream.range(first * size(), last * size())
                    .map(i -> order[i])
                    .boxed()
                    .sorted(Comparator.comparingInt(length::applyAsInt))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int b = first; b < last; b++) {
                int from = (b - first) * size();
                cut[b] = Arrays.copyOfRange(sorted, from, from + size());
            }
        }
        shuffle(cut, new SplittableRandom(batches.seed() ^ Long.rotateLeft(epoch + 1, 32)));
        return cut;
    }

    private static void shuffle(int[][] cut, SplittableRandom random) {
        for (int i = cut.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int[] other = cut[j];
            cut[j] = cut[i];
            cut[i] = other;
        }
    }
}
