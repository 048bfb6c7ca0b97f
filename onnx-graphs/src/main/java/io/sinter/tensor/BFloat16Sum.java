package io.sinter.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Weighted sums of bfloat16 vectors in one pass, from memory to memory: {@code yᵢ = Σ cₖ xₖᵢ} in float64, rounded to float32
 * and then to bfloat16, to the nearest, ties to even. For merges of gigabytes, where a pass over memory is what costs.
 */
public final class BFloat16Sum {

    /** Bytes of each source at a time: all of them stay in the nearest caches. */
    private static final long PIECE = 1 << 14;

    private BFloat16Sum() {}

    /**
     * Whether it is faster than loops over arrays: on machines with wide registers, after many elements.
     *
     * @param elements that are about to be summed
     */
    public static boolean isFast(long elements) {
        return KernelSelection.VECTORS && Warm.UP.isWarm(elements);
    }

    /**
     * Sums vectors.
     *
     * @param factors cₖ, finite
     * @param sources bfloat16 of as many bytes as the target; may be mapped: they are copied a piece at a time, as vector
     *     instructions that meet the end of a file that was cut short end the process, and copies throw
     * @param target bfloat16, native
     * @return whether all elements of the sources are finite; if not, the target holds nothing of use
     */
    public static boolean into(double[] factors, List<MemorySegment> sources, MemorySegment target) {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> pieces = sources.stream()
                    .map(source -> arena.allocate(PIECE + 192, Long.BYTES))
                    .toList();
            boolean finite = true;
            for (long at = 0; at < target.byteSize(); at += PIECE) {
                long bytes = Math.min(PIECE, target.byteSize() - at);
                for (int k = 0; k < pieces.size(); k++) {
                    MemorySegment.copy(sources.get(k), at, pieces.get(k), 0, bytes);
                }
                finite &= VectorSum.bfloat16(factors, pieces, target.asSlice(at, bytes));
            }
            return finite;
        }
    }

    /** Made where vectors are allowed only: the vector classes are linked then. */
    private static final class Warm {
        static final WarmUp UP = new WarmUp(Warm::sample, WarmUp.ENOUGH_WORK);
        private static final MemorySegment MEMORY = Arena.global().allocate(WarmUp.SAMPLE * Short.BYTES, Long.BYTES);

        private static void sample() {
            into(new double[] {0.5, 0.5}, List.of(MEMORY, MEMORY), MEMORY);
        }
    }
}
