package io.sinter.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single elements of any type, as a double or a long. Slow: for the rare conversions, not for loops that matter. */
final class Elements {

    private static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;

    private static final double TWO_TO_63 = 0x1p63;

    private Elements() {}

    static boolean isReadable(DType type) {
        return switch (type) {
            case STRING, COMPLEX64, COMPLEX128 -> false;
            case FLOAT,
                    UINT8,
                    INT8,
                    UINT16,
                    INT16,
                    INT32,
                    INT64,
                    BOOL,
                    FLOAT16,
                    DOUBLE,
                    UINT32,
                    UINT64,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT8E8M0,
                    FLOAT4E2M1,
                    UINT4,
                    INT4 -> true;
        };
    }

    static boolean isWritable(DType type) {
        return switch (type) {
            case FLOAT, UINT8, INT8, UINT16, INT16, INT32, INT64, BOOL, FLOAT16, DOUBLE, UINT32, UINT64, BFLOAT16 ->
                true;
            case STRING,
                    COMPLEX64,
                    COMPLEX128,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT8E8M0,
                    FLOAT4E2M1,
                    UINT4,
                    INT4 -> false;
        };
    }

    /** An element of a float type; exact. */
    static double getFloat(DType type, MemorySegment data, long i) {
        return switch (type) {
            case FLOAT -> data.get(TensorData.F32, 4 * i);
            case DOUBLE -> data.get(TensorData.F64, 8 * i);
            case FLOAT16 -> Float16.toFloat(data.get(TensorData.I16, 2 * i));
            case BFLOAT16 -> BFloat16.toFloat(data.get(TensorData.I16, 2 * i));
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 ->
                SmallFloat.toFloat(type, data.get(I8, i));
            case FLOAT4E2M1 -> SmallFloat.toFloat(type, nibble(data, i));
            case UINT8,
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
                    INT4 -> throw new IllegalArgumentException(type + " is not a float type");
        };
    }

    /** An element of an integer type; a {@link DType#UINT64} in the bits of a long. */
    static long getInteger(DType type, MemorySegment data, long i) {
        return switch (type) {
            case UINT8 -> Byte.toUnsignedLong(data.get(I8, i));
            case INT8 -> data.get(I8, i);
            case BOOL -> data.get(I8, i) == 0 ? 0 : 1;
            case UINT16 -> Short.toUnsignedLong(data.get(TensorData.I16, 2 * i));
            case INT16 -> data.get(TensorData.I16, 2 * i);
            case UINT32 -> Integer.toUnsignedLong(data.get(TensorData.I32, 4 * i));
            case INT32 -> data.get(TensorData.I32, 4 * i);
            case INT64, UINT64 -> data.get(TensorData.I64, 8 * i);
            case UINT4 -> nibble(data, i);
            case INT4 -> (nibble(data, i) ^ 8) - 8;
            case FLOAT,
                    DOUBLE,
                    FLOAT16,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT8E8M0,
                    FLOAT4E2M1,
                    STRING,
                    COMPLEX64,
                    COMPLEX128 -> throw new IllegalArgumentException(type + " is not an integer type");
        };
    }

    /** Writes the value of a float type that is nearest. */
    static void setFloat(DType type, MemorySegment data, long i, double value) {
        switch (type) {
            case DOUBLE -> data.set(TensorData.F64, 8 * i, value);
            case FLOAT -> data.set(TensorData.F32, 4 * i, (float) value);
            case FLOAT16 -> data.set(TensorData.I16, 2 * i, Float16.fromFloat(roundToOdd(value)));
            case BFLOAT16 -> data.set(TensorData.I16, 2 * i, BFloat16.fromFloat(roundToOdd(value)));
            default -> throw new IllegalArgumentException(type + " cannot be written");
        }
    }

    /** Writes the low bits to an integer type; to {@link DType#BOOL}, whether it is not zero. */
    static void setInteger(DType type, MemorySegment data, long i, long value) {
        if (type == DType.BOOL) {
            data.set(I8, i, (byte) (value == 0 ? 0 : 1));
            return;
        }
        switch (type.bits()) {
            case 8 -> data.set(I8, i, (byte) value);
            case 16 -> data.set(TensorData.I16, 2 * i, (short) value);
            case 32 -> data.set(TensorData.I32, 4 * i, (int) value);
            case 64 -> data.set(TensorData.I64, 8 * i, value);
            default -> throw new IllegalArgumentException(type + " cannot be written");
        }
    }

    /** Towards zero, held to the type's range; NaN to 0 (to 1 for {@link DType#BOOL}). */
    static long truncate(double value, DType to) {
        return switch (to) {
            case BOOL -> value == 0 ? 0 : 1;
            case UINT8 -> (long) Math.clamp(value, 0, 0xff);
            case UINT16 -> (long) Math.clamp(value, 0, 0xffff);
            case UINT32 -> (long) Math.clamp(value, 0, 0xffff_ffffL);
            case INT8 -> (long) Math.clamp(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT16 -> (long) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT32 -> (long) Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64 -> (long) value;
            case UINT64 -> unsigned(value);
            case FLOAT,
                    DOUBLE,
                    FLOAT16,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT8E8M0,
                    FLOAT4E2M1,
                    STRING,
                    COMPLEX64,
                    COMPLEX128,
                    UINT4,
                    INT4 -> throw new IllegalArgumentException(to + " is not an integer type of 8 bits or more");
        };
    }

    private static long unsigned(double value) {
        if (!(value > 0)) {
            return 0;
        }
        if (value >= 2 * TWO_TO_63) {
            return -1;
        }
        return value < TWO_TO_63 ? (long) value : (long) (value - TWO_TO_63) ^ Long.MIN_VALUE;
    }

    /** A signed integer as a double: the nearest for {@link DType#DOUBLE}, else one that rounds on as the integer would. */
    static double signedToDouble(long value, DType to) {
        if (to == DType.DOUBLE || Math.abs(value) >>> 53 == 0) {
            return (double) value;
        }
        long sticky = (value & 0x7ff) == 0 ? 0 : 0x800;
        return (double) ((value & ~0x7ffL) | sticky);
    }

    /** As {@link #signedToDouble} for the bits of an unsigned integer. */
    static double unsignedToDouble(long value, DType to) {
        return value >= 0 ? signedToDouble(value, to) : 2 * signedToDouble(value >>> 1 | (value & 1), to);
    }

    /** The float that is rounded towards zero with an odd last bit where inexact: rounding it again then errs nowhere. */
    private static float roundToOdd(double value) {
        float nearest = (float) value;
        if (nearest == value || Double.isNaN(value)) {
            return nearest;
        }
        int bits = Float.floatToRawIntBits(nearest);
        int towardsZero = Math.abs((double) nearest) > Math.abs(value) ? bits - 1 : bits;
        return Float.intBitsToFloat(towardsZero | 1);
    }

    private static int nibble(MemorySegment data, long i) {
        int both = data.get(I8, i / 2);
        return ((i & 1) == 0 ? both : both >> 4) & 0xf;
    }
}
