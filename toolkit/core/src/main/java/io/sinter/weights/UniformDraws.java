package io.sinter.weights;

/** Uniform random numbers in [0, 1), one for each element of each model: the same whenever they are asked for. */
@FunctionalInterface
interface UniformDraws {

    /** Writes the numbers of elements {@code first} to {@code first + count − 1}. */
    void into(int model, long first, int count, float[] target);

    /**
     * Numbers made from seed, model and index alone: 24 bits of the output function of SplitMix64 (Steele, Lea, Flood, "Fast
     * splittable pseudorandom number generators", 2014) at the index-th state of a sequence that each model has of its own.
     */
    static UniformDraws seeded(long seed) {
        return (model, first, count, target) -> {
            long start = mix(seed + mix(model + 1L)) + first * GAMMA;
            for (int i = 0; i < count; i++) {
                target[i] = (mix(start + i * GAMMA) >>> 40) * 0x1p-24f;
            }
        };
    }

    /** 2⁶⁴ divided by the golden ratio. */
    long GAMMA = 0x9e3779b97f4a7c15L;

    private static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
