package io.sinter.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The loops that are worth vectorising. Float32 segments hold whole elements, little-endian, at any alignment and of any
 * size; elements are counted by the target or the first argument.
 *
 * <p>Two implementations give the same bits. Elementwise operations round after each multiplication and addition. A
 * reduction keeps {@value #LANES} double sums: element i goes to sum i mod {@value #LANES}, in order, and the sums are added
 * as {@code ((s0+s4)+(s2+s6)) + ((s1+s5)+(s3+s7))}. Products of two floats are exact in a double.
 */
interface Kernels {

    /** Partial sums of a reduction. */
    int LANES = 8;

    /** The vector kernels, once warm, where this machine and the JVM's arguments allow them; else the plain ones. */
    static Kernels best() {
        return KernelSelection.BEST;
    }

    /** {@code target = factor · source}. */
    void scale(float factor, MemorySegment source, MemorySegment target);

    /** {@code target = target + factor · source}. */
    void addScaled(float factor, MemorySegment source, MemorySegment target);

    /** {@code Σ aᵢ bᵢ}. */
    double dot(MemorySegment a, MemorySegment b);

    /** {@code Σ aᵢ}. */
    double sum(MemorySegment a);

    /** {@code totalsᵢ = totalsᵢ + sourceᵢ}, in double. */
    void accumulate(MemorySegment source, double[] totals);

    /** Smallest, largest and what is not a number. */
    Range range(MemorySegment source);

    /** Binary16 to float32, as {@link Float16#toFloat}. */
    void float16ToFloat(MemorySegment source, MemorySegment target);

    /** Float32 to binary16, as {@link Float16#fromFloat}. */
    void floatToFloat16(MemorySegment source, MemorySegment target);

    /** Bfloat16 to float32, as {@link BFloat16#toFloat}. */
    void bfloat16ToFloat(MemorySegment source, MemorySegment target);

    /** Float32 to bfloat16, as {@link BFloat16#fromFloat}. */
    void floatToBfloat16(MemorySegment source, MemorySegment target);
}
