package io.sinter.weights;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Goes through a tensor by parts, with the threads of the {@link java.util.concurrent.ForkJoinPool} that the caller runs in,
 * or of the common one. The parts depend on the tensor's size alone and their results come in order, so that what is made of
 * them does not depend on the number of threads.
 */
final class Sweep {

    /** Fewest elements of a part: less is not worth a thread. */
    private static final long PART = 1 << 18;

    /** Most parts, so that what each of them keeps is little in total. */
    private static final long MOST_PARTS = 64;

    private Sweep() {}

    /**
     * Looks at units {@code first} to {@code end − 1}, such as elements or rows.
     *
     * @param <R> what is found
     */
    @FunctionalInterface
    interface Part<R> {
        R of(Reader reader, long first, long end);
    }

    /** Takes up to {@link Reader#BLOCK} elements. */
    @FunctionalInterface
    interface Block {
        void at(long first, int count);
    }

    /** Goes through a tensor by elements. */
    static <R> List<R> elements(TensorGroup group, Part<R> part) {
        return units(group, group.elements(), 1, part);
    }

    /** Goes through a tensor by elements, in no more than so many parts. */
    static <R> List<R> elements(TensorGroup group, long mostParts, Part<R> part) {
        return parts(group, group.elements(), Math.min(mostParts, parts(group.elements())), part);
    }

    /** Goes through a tensor by units of several elements each. */
    static <R> List<R> units(TensorGroup group, long units, long elementsPerUnit, Part<R> part) {
        return parts(group, units, parts(units * elementsPerUnit), part);
    }

    private static long parts(long elements) {
        return Math.clamp(Math.ceilDiv(elements, PART), 1, MOST_PARTS);
    }

    private static <R> List<R> parts(TensorGroup group, long units, long parts, Part<R> part) {
        long size = Math.max(1, Math.ceilDiv(units, parts));
        return IntStream.range(0, (int) Math.ceilDiv(units, size))
                .parallel()
                .mapToObj(i -> part.of(new Reader(group), i * size, Math.min(units, (i + 1) * size)))
                .toList();
    }

    /** Goes through elements by blocks. */
    static void blocks(long first, long end, Block block) {
        for (long at = first; at < end; at += Reader.BLOCK) {
            block.at(at, (int) Math.min(Reader.BLOCK, end - at));
        }
    }
}
