package io.sinter.wordvectors;

import java.nio.charset.StandardCharsets;

/**
 * Decimal numbers in ASCII to the nearest float32, as {@link Float#parseFloat} gives it.
 *
 * <p>At most 2⁵³ times a power of ten up to 10²² is one exact operation on doubles (Clinger 1990). Its rounding to
 * float32 is right too, unless the double lies exactly between two floats or below the normal ones.
 */
final class Decimals {

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private static final int MAX_DIGITS = 18;
    private static final long EXACT = 1L << 53;

    /** Bits of a double that a float has not. */
    private static final long DROPPED = (1L << 29) - 1;

    private static final long HALF = 1L << 28;

    private Decimals() {}

    /** The number in {@code bytes[from, to)}; NaN where these are no finite decimal number. */
    static float parse(byte[] bytes, int from, int to) {
        int i = from;
        boolean negative = i < to && bytes[i] == '-';
        if (negative || (i < to && bytes[i] == '+')) {
            i++;
        }
        long number = 0;
        int significant = 0;
        int exponent = 0;
        int point = -1;
        int begin = i;
        for (; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit >= 0 && digit <= 9) {
                significant += number != 0 || digit != 0 ? 1 : 0;
                number = significant <= MAX_DIGITS ? number * 10 + digit : number;
            } else if (bytes[i] == '.' && point < 0) {
                point = i;
            } else {
                break;
            }
        }
        if (i - begin == (point < 0 ? 0 : 1)) {
            return Float.NaN;
        }
        exponent -= point < 0 ? 0 : i - point - 1;
        if (i < to) {
            int written = exponent(bytes, i, to);
            if (written == Integer.MIN_VALUE) {
                return Float.NaN;
            }
            exponent += written;
        }
        if (significant > MAX_DIGITS || number > EXACT || Math.abs(exponent) >= POWERS.length) {
            return slow(bytes, from, to);
        }
        double value = exponent < 0 ? number / POWERS[-exponent] : number * POWERS[exponent];
        boolean halfway = (Double.doubleToRawLongBits(value) & DROPPED) == HALF;
        if (halfway || (value != 0 && value < Float.MIN_NORMAL) || value > Float.MAX_VALUE) {
            return slow(bytes, from, to);
        }
        return negative ? -(float) value : (float) value;
    }

    /** What stands behind e or E; the least integer where that is none of at most six digits. */
    private static int exponent(byte[] bytes, int from, int to) {
        int i = from + 1;
        boolean negative = i < to && bytes[i] == '-';
        if (negative || (i < to && bytes[i] == '+')) {
            i++;
        }
        if ((bytes[from] != 'e' && bytes[from] != 'E') || i == to || to - i > 6) {
            return Integer.MIN_VALUE;
        }
        int value = 0;
        for (; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private static float slow(byte[] bytes, int from, int to) {
        float value = Float.parseFloat(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
        return Float.isFinite(value) ? value : Float.NaN;
    }
}
