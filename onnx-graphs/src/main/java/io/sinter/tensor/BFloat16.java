package io.sinter.tensor;

/** The upper half of a binary32 (1 sign, 8 exponent, 7 mantissa bits) in the bits of a {@code short}. */
public final class BFloat16 {

    private BFloat16() {}

    /** The same number as a float; exact. */
    public static float toFloat(short value) {
        return Float.intBitsToFloat(value << 16);
    }

    /** The nearest bfloat16, ties to even. A NaN keeps its sign and the upper bits of its payload. */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > 0x7f800000) {
            int upper = bits >>> 16;
            return (short) ((upper & 0x7f) == 0 ? upper | 0x40 : upper);
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }
}
