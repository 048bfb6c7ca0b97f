package io.sinter.combine;

import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * Uniform random numbers, each a function of a seed, a name and its position alone: the same on every machine, and
 * independent of the order in which tensors are made.
 *
 * <p>Element i takes the upper 24 bits of the SplitMix64 output function at {@code key + i · 0x9E3779B97F4A7C15}, where the
 * key mixes seed and name (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
 *
 * @param seed chooses the sequence
 */
public record Uniform(long seed) {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final float UNIT = 0x1p-24f;

    /**
     * A float32 tensor with elements in (−bound, bound).
     *
     * @param name chooses numbers of its own
     */
    public TensorData tensor(String name, List<Long> shape, float bound) {
        long key = key(name);
        float[] elements = new float[Math.toIntExact(TensorData.elementCount(shape))];
        for (int i = 0; i < elements.length; i++) {
            long bits = mix(key + i * GOLDEN_GAMMA) >>> 40;
            elements[i] = bound * ((2 * bits + 1) * UNIT - 1);
        }
        return TensorData.of(shape, elements);
    }

    /** Bound of a layer with that many inputs: 1/√fanIn, as PyTorch's {@code nn.Linear} starts. */
    public static float bound(long fanIn) {
        return (float) (1 / Math.sqrt((double) fanIn));
    }

    private long key(String name) {
        long key = mix(seed + GOLDEN_GAMMA);
        for (int i = 0; i < name.length(); i++) {
            key = mix(key + name.charAt(i) + GOLDEN_GAMMA);
        }
        return key;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
