package io.sinter.weights;

import io.sinter.tensor.TensorData;
import java.util.function.Function;

/**
 * A merged tensor whose elements are made a block at a time.
 *
 * @param group what is merged
 * @param blocks what makes them, with work arrays of its own; asked for once a stretch
 */
record Blockwise(TensorGroup group, Function<Reader, Block> blocks) implements MergedWeights {

    /** Makes up to {@link Reader#BLOCK} elements at a time. */
    @FunctionalInterface
    interface Block {
        /** Writes elements {@code first} to {@code first + count − 1} to the start of {@code result}. */
        void make(long first, int count, float[] result);
    }

    @Override
    public void into(long firstElement, TensorData target) {
        requireWithin(firstElement, target);
        long count = target.elementCount();
        Block block = blocks.apply(new Reader(group));
        Writer writer = new Writer(group.name(), target);
        float[] result = new float[Reader.ROOM];
        for (long done = 0; done < count; done += Reader.BLOCK) {
            int n = (int) Math.min(Reader.BLOCK, count - done);
            block.make(firstElement + done, n, result);
            writer.write(result, n, done);
        }
    }

    /** Checks a target. */
    void requireWithin(long firstElement, TensorData target) {
        long count = target.elementCount();
        if (FloatFormat.of(target.dtype()).isEmpty() || target.rank() != 1) {
            throw new IllegalArgumentException("target is " + target.describe() + ", expected a vector of floats");
        }
        if (firstElement < 0 || firstElement > group.elements() - count) {
            throw new IllegalArgumentException(
                    "elements %d to %d of %d".formatted(firstElement, firstElement + count - 1, group.elements()));
        }
    }
}
