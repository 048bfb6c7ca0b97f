package io.sinter.missing;

/**
 * Normally distributed numbers, each a function of a seed and its place alone.
 *
 * <p>Two uniform numbers from the SplitMix64 output function (Steele, Lea and Flood, OOPSLA 2014) make one normal number by
 * the transform of Box and Muller (Annals of Mathematical Statistics 29, 1958).
 *
 * @param seed chooses the numbers
 */
record Gaussian(long seed) {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1p-53;

    /** The number at a row and column, with mean 0 and deviation 1. */
    double at(int row, int column) {
        long key = mix(mix(seed + GOLDEN_GAMMA) + ((long) row << 32 | column) * 2 * GOLDEN_GAMMA);
        double radius = Math.sqrt(-2 * StrictMath.log(uniform(key + GOLDEN_GAMMA)));
        return radius * StrictMath.cos(2 * Math.PI * uniform(key + 2 * GOLDEN_GAMMA));
    }

    /** In (0, 1]. */
    private static double uniform(long state) {
        return ((mix(state) >>> 11) + 1) * UNIT;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
