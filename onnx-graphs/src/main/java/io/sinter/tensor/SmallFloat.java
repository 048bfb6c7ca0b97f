package io.sinter.tensor;

/** Decodes floats of 8 bits and fewer, as the ONNX and OCP specifications define them. */
public final class SmallFloat {

    private SmallFloat() {}

    /**
     * The number that some bits mean; exact.
     *
     * @param type an 8- or 4-bit float type
     * @param bits the element in the low bits
     */
    public static float toFloat(DType type, int bits) {
        return switch (type) {
            case FLOAT8E4M3FN -> (bits & 0x7f) == 0x7f ? Float.NaN : decode(bits, 4, 3, 7);
            case FLOAT8E4M3FNUZ -> (bits & 0xff) == 0x80 ? Float.NaN : decode(bits, 4, 3, 8);
            case FLOAT8E5M2 -> Float16.toFloat((short) (bits << 8));
            case FLOAT8E5M2FNUZ -> (bits & 0xff) == 0x80 ? Float.NaN : decode(bits, 5, 2, 16);
            case FLOAT4E2M1 -> decode(bits, 2, 1, 1);
            case FLOAT8E8M0 -> (bits & 0xff) == 0xff ? Float.NaN : Math.scalb(1f, (bits & 0xff) - 127);
            case FLOAT,
                    FLOAT16,
                    BFLOAT16,
                    DOUBLE,
                    UINT8,
                    INT8,
                    UINT16,
                    INT16,
                    INT32,
                    INT64,
                    STRING,
                    BOOL,
                    UINT32,
                    UINT64,
                    COMPLEX64,
                    COMPLEX128,
                    UINT4,
                    INT4 -> throw new IllegalArgumentException(type + " is not a float type of 8 bits or fewer");
        };
    }

    private static float decode(int bits, int exponentBits, int mantissaBits, int bias) {
        int mantissa = bits & ((1 << mantissaBits) - 1);
        int exponent = bits >> mantissaBits & ((1 << exponentBits) - 1);
        float magnitude = exponent == 0
                ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
                : Math.scalb((float) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
        return (bits >> (exponentBits + mantissaBits) & 1) == 0 ? magnitude : -magnitude;
    }
}
