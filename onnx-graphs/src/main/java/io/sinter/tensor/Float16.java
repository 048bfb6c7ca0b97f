package io.sinter.tensor;

/**
 * IEEE 754 binary16 (1 sign, 5 exponent, 10 mantissa bits) in the bits of a {@code short}.
 *
 * <p>The JDK's own conversions may or may not quiet a NaN, depending on the compiler; these keep its bits, so every one of
 * the 65,536 values survives the way to float and back.
 */
public final class Float16 {

    /** Bits of 2⁻¹⁴, the smallest normal number, as a float. */
    static final int SMALLEST_NORMAL = 113 << 23;

    /** Bits of 2¹⁶, the first power of two beyond the range, as a float. */
    static final int BEYOND = 143 << 23;

    /** Adding 0.5 to a number below 2⁻¹⁴ leaves the bits of a subnormal binary16, correctly rounded, at the low end. */
    static final int SUBNORMAL_SHIFT = 126 << 23;

    /** Difference of the exponent biases (127 − 15), in place. */
    static final int REBIAS = 112 << 23;

    /** Exponent bits of infinity and NaN, as they lie after a shift by 13. */
    static final int SHIFTED_INFINITY = 0x7c00 << 13;

    private Float16() {}

    /** The same number as a float; exact. */
    public static float toFloat(short half) {
        int magnitude = (half & 0x7fff) << 13;
        int rebiased = magnitude + REBIAS;
        int bits = rebiased;
        if (magnitude >= SHIFTED_INFINITY) {
            bits = rebiased + REBIAS;
        } else if (magnitude < 1 << 23) {
            bits = Float.floatToRawIntBits(
                    Float.intBitsToFloat(rebiased + (1 << 23)) - Float.intBitsToFloat(SMALLEST_NORMAL));
        }
        return Float.intBitsToFloat(bits | (half & 0x8000) << 16);
    }

    /**
     * The nearest binary16, ties to even; 65520 and more become infinity. A NaN keeps its sign and the upper bits of its
     * payload.
     */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & 0x7fffffff;
        int half;
        if (magnitude > 0x7f800000) {
            int payload = (magnitude >> 13) & 0x3ff;
            half = 0x7c00 | (payload == 0 ? 0x200 : payload);
        } else if (magnitude >= BEYOND) {
            half = 0x7c00;
        } else if (magnitude < SMALLEST_NORMAL) {
            float shifted = Float.intBitsToFloat(magnitude) + Float.intBitsToFloat(SUBNORMAL_SHIFT);
            half = Float.floatToRawIntBits(shifted) - SUBNORMAL_SHIFT;
        } else {
            half = (magnitude - REBIAS + 0xfff + ((magnitude >> 13) & 1)) >> 13;
        }
        return (short) (half | (bits >>> 16 & 0x8000));
    }
}
