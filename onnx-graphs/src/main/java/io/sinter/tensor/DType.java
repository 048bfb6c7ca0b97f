package io.sinter.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * Element type of a tensor: the ONNX {@code TensorProto.DataType} values, with the name that safetensors gives the same
 * type where it has one.
 *
 * <p>Elements are little-endian. Types of fewer than 8 bits are packed, first element in the low bits.
 */
public enum DType {
    /** IEEE 754 binary32. */
    FLOAT(1, 32, "F32"),
    /** Unsigned 8-bit integer. */
    UINT8(2, 8, "U8"),
    /** Signed 8-bit integer. */
    INT8(3, 8, "I8"),
    /** Unsigned 16-bit integer. */
    UINT16(4, 16, "U16"),
    /** Signed 16-bit integer. */
    INT16(5, 16, "I16"),
    /** Signed 32-bit integer. */
    INT32(6, 32, "I32"),
    /** Signed 64-bit integer. */
    INT64(7, 64, "I64"),
    /** UTF-8 strings: each element is a 4-byte length and that many bytes. */
    STRING(8, 0, ""),
    /** One byte, 0 or 1. */
    BOOL(9, 8, "BOOL"),
    /** IEEE 754 binary16. */
    FLOAT16(10, 16, "F16"),
    /** IEEE 754 binary64. */
    DOUBLE(11, 64, "F64"),
    /** Unsigned 32-bit integer. */
    UINT32(12, 32, "U32"),
    /** Unsigned 64-bit integer. */
    UINT64(13, 64, "U64"),
    /** Two binary32. */
    COMPLEX64(14, 64, "C64"),
    /** Two binary64. */
    COMPLEX128(15, 128, ""),
    /** The upper half of a binary32. */
    BFLOAT16(16, 16, "BF16"),
    /** 8-bit float, 4 exponent and 3 mantissa bits, finite. */
    FLOAT8E4M3FN(17, 8, "F8_E4M3"),
    /** 8-bit float, 4 exponent and 3 mantissa bits, no negative zero. */
    FLOAT8E4M3FNUZ(18, 8, ""),
    /** 8-bit float, 5 exponent and 2 mantissa bits. */
    FLOAT8E5M2(19, 8, "F8_E5M2"),
    /** 8-bit float, 5 exponent and 2 mantissa bits, no negative zero. */
    FLOAT8E5M2FNUZ(20, 8, ""),
    /** Unsigned 4-bit integer. */
    UINT4(21, 4, ""),
    /** Signed 4-bit integer. */
    INT4(22, 4, ""),
    /** 4-bit float, 2 exponent and 1 mantissa bits. */
    FLOAT4E2M1(23, 4, "F4"),
    /** 8-bit exponent of two. */
    FLOAT8E8M0(24, 8, "F8_E8M0");

    private final int onnxCode;
    private final int bits;
    private final String safetensorsName;

    DType(int onnxCode, int bits, String safetensorsName) {
        this.onnxCode = onnxCode;
        this.bits = bits;
        this.safetensorsName = safetensorsName;
    }

    /** The number in ONNX's {@code TensorProto.DataType}. */
    public int onnxCode() {
        return onnxCode;
    }

    /** Bits an element; 0 for {@link #STRING}, whose elements vary. */
    public int bits() {
        return bits;
    }

    /** The name in a safetensors header, or nothing where that format lacks the type. */
    public Optional<String> safetensorsName() {
        return safetensorsName.isEmpty() ? Optional.empty() : Optional.of(safetensorsName);
    }

    /** Whether elements are floating-point numbers. */
    public boolean isFloat() {
        return switch (this) {
            case FLOAT,
                    FLOAT16,
                    DOUBLE,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT4E2M1,
                    FLOAT8E8M0 -> true;
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
                    INT4 -> false;
        };
    }

    /**
     * Bytes that {@code elements} packed elements take, rounded up to whole bytes.
     *
     * @throws ArithmeticException if the number of bits passes 2⁶³ − 1
     * @throws IllegalArgumentException for {@link #STRING}
     */
    public long byteSize(long elements) {
        if (this == STRING) {
            throw new IllegalArgumentException("the size of STRING elements varies");
        }
        return bits >= 8
                ? Math.multiplyExact(elements, bits / 8)
                : Math.ceilDiv(Math.multiplyExact(elements, bits), 8L);
    }

    /** The type with that ONNX number, or nothing. */
    public static Optional<DType> ofOnnx(int code) {
        return Arrays.stream(values()).filter(t -> t.onnxCode == code).findFirst();
    }

    /** The type with that safetensors name, or nothing. */
    public static Optional<DType> ofSafetensors(String name) {
        return Arrays.stream(values())
                .filter(t -> !t.safetensorsName.isEmpty() && t.safetensorsName.equals(name))
                .findFirst();
    }
}
