package io.sinter.train;

import java.util.SplittableRandom;

/**
 * Which examples a step takes: every epoch goes through all of them once, in an order of its own. A function of the step, so
 * that a resumed training sees what an uninterrupted one would have seen.
 *
 * @param size examples a step, at least 1; the last ones of an epoch that fill no batch are left out
 * @param seed chooses the orders
 */
public record Batches(int size, long seed) {

    /** Checks the size. */
    public Batches {
        if (size < 1) {
            throw new IllegalArgumentException("batch: got %d, expected 1 or more".formatted(size));
        }
    }

    /**
     * Steps of an epoch.
     *
     * @param examples how many there are, at least 1
     */
    public long stepsPerEpoch(int examples) {
        return examples / Math.min(size, examples);
    }

    /**
     * The numbers of a step's examples.
     *
     * @param step from 0
     * @param examples how many there are; fewer than a batch are one
     */
    public int[] of(long step, int examples) {
        int count = Math.min(size, examples);
        long perEpoch = stepsPerEpoch(examples);
        int[] order = order(step / perEpoch, examples);
        int[] batch = new int[count];
        System.arraycopy(order, Math.toIntExact(step % perEpoch) * count, batch, 0, count);
        return batch;
    }

    /** The numbers of all examples, in the order of an epoch, from 0. */
    public int[] order(long epoch, int examples) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch);
        int[] order = new int[examples];
        for (int i = 0; i < examples; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
