package io.sinter.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import ai.onnxruntime.TensorInfo;
import io.sinter.error.UnsupportedException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Converts between {@link TensorData} and ONNX Runtime's tensors, without copying where memory is off-heap. */
final class OrtTensors {

    /** The most bytes that a tensor may have: what a direct buffer can hold, less what ONNX Runtime's checks leave off. */
    static final long MAX_BYTES = Integer.MAX_VALUE - 64L;

    private static final int NATIVE_ALIGNMENT = 64;

    /** What ONNX Runtime writes before ONNX's name of an element type. */
    private static final String ORT_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    private OrtTensors() {}

    /** Whether ONNX Runtime can use this memory where it is: off-heap and aligned to its elements. */
    static boolean inPlace(TensorData tensor) {
        return tensor.dtype() != DType.STRING
                && tensor.data().isNative()
                && tensor.data().address() % Math.max(1, tensor.dtype().bits() / 8) == 0;
    }

    /**
     * A tensor over the given memory where that is possible, else over a copy.
     *
     * @param name for messages
     */
    static OnnxTensor view(OrtEnvironment environment, String name, TensorData tensor) throws OrtException {
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        if (tensor.dtype() == DType.STRING) {
            return OnnxTensor.createTensor(environment, strings(tensor), shape);
        }
        OnnxJavaType type = javaType(name, tensor.dtype());
        requireAddressable(name, tensor.describe(), tensor.data().byteSize());
        MemorySegment memory = inPlace(tensor) ? tensor.data() : nativeCopy(tensor.data());
        ByteBuffer buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, buffer, shape, type);
    }

    /** A copy of a tensor's elements, which outlives it. */
    static TensorData copy(String name, OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        DType dtype = dtype(info)
                .orElseThrow(
                        () -> new UnsupportedException("\"%s\": elements of type %s".formatted(name, info.onnxType)));
        List<Long> shape = Arrays.stream(info.getShape()).boxed().toList();
        if (dtype == DType.STRING) {
            return new TensorData(dtype, shape, bytes(OrtUtil.flattenString(tensor.getValue())));
        }
        long bytes = dtype.byteSize(TensorData.elementCount(shape));
        if (bytes == 0) {
            return new TensorData(dtype, shape, MemorySegment.ofArray(new byte[0]));
        }
        requireAddressable(name, dtype + " " + shape, bytes);
        return new TensorData(dtype, shape, MemorySegment.ofBuffer(tensor.getByteBuffer()));
    }

    /** The element type, or nothing for those that ONNX Runtime's Java API does not hand out. */
    static Optional<DType> dtype(TensorInfo info) {
        return info.type == OnnxJavaType.UNKNOWN
                ? Optional.empty()
                : Optional.of(DType.valueOf(info.onnxType.name().substring(ORT_PREFIX.length())));
    }

    private static OnnxJavaType javaType(String name, DType dtype) {
        return switch (dtype) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            case STRING,
                    UINT16,
                    UINT32,
                    UINT64,
                    COMPLEX64,
                    COMPLEX128,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    UINT4,
                    INT4,
                    FLOAT4E2M1,
                    FLOAT8E8M0 ->
                throw new UnsupportedException(
                        "\"%s\": ONNX Runtime's Java API makes no %s tensors of memory; feed another type and cast in the graph"
                                .formatted(name, dtype));
        };
    }

    private static void requireAddressable(String name, String type, long bytes) {
        if (bytes > MAX_BYTES) {
            throw new UnsupportedException(
                    "\"%s\": %s has %d bytes, but ONNX Runtime's Java API takes at most %d a tensor; run it in parts"
                            .formatted(name, type, bytes, MAX_BYTES));
        }
    }

    private static MemorySegment nativeCopy(MemorySegment data) {
        return Arena.ofAuto().allocate(data.byteSize(), NATIVE_ALIGNMENT).copyFrom(data);
    }

    private static String[] strings(TensorData tensor) {
        String[] strings = new String[Math.toIntExact(tensor.elementCount())];
        long at = 0;
        for (int i = 0; i < strings.length; i++) {
            int length = tensor.data().get(TensorData.I32, at);
            byte[] utf8 = tensor.data().asSlice(at + Integer.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
            strings[i] = new String(utf8, StandardCharsets.UTF_8);
            at += Integer.BYTES + length;
        }
        return strings;
    }

    private static MemorySegment bytes(String[] strings) {
        byte[][] utf8 = Arrays.stream(strings)
                .map(s -> s.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        int total = Arrays.stream(utf8).mapToInt(b -> Integer.BYTES + b.length).reduce(0, Math::addExact);
        ByteBuffer buffer = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] string : utf8) {
            buffer.putInt(string.length).put(string);
        }
        return MemorySegment.ofArray(buffer.array());
    }
}
