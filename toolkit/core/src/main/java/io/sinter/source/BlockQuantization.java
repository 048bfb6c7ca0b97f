package io.sinter.source;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/**
 * A quantised matrix: element (r, c) is {@code (codes[r, c] − zeroPoint[b]) · scale[b]} where b is the block
 * {@code (r / blockRows, c / blockColumns)}. ONNX's per-tensor, per-axis and blocked quantisation are all of this form.
 *
 * @param codes integers {@code [V, d]} of 4, 8 or 16 bits
 * @param scales one for each block, row-major, any floating-point type of at least 16 bits
 * @param zeroPoints one for each block, or a single one for all; rows of blocks may be padded at their end
 * @param blockRows rows of a block
 * @param blockColumns columns of a block
 */
public record BlockQuantization(
        TensorData codes, TensorData scales, TensorData zeroPoints, long blockRows, long blockColumns) {

    private static final Set<DType> CODES =
            Set.of(DType.INT8, DType.UINT8, DType.INT4, DType.UINT4, DType.INT16, DType.UINT16, DType.INT32);
    private static final Set<DType> SCALES = Set.of(DType.FLOAT, DType.FLOAT16, DType.BFLOAT16, DType.DOUBLE);

    /**
     * Checks types and sizes.
     *
     * @throws IllegalArgumentException if the scales or zero points are not one for each block, or a type is not an
     *     integer or a float as it should be
     */
    public BlockQuantization {
        require(codes.rank() == 2 && CODES.contains(codes.dtype()), "codes " + codes.describe());
        require(SCALES.contains(scales.dtype()), "scales " + scales.describe());
        require(CODES.contains(zeroPoints.dtype()), "zero points " + zeroPoints.describe());
        require(blockRows > 0 && blockColumns > 0, "blocks of %d rows, %d columns".formatted(blockRows, blockColumns));
        long bands = Math.ceilDiv(codes.dim(0), blockRows);
        long blocks = bands * Math.ceilDiv(codes.dim(1), blockColumns);
        require(scales.elementCount() == blocks, "%d blocks, scales %s".formatted(blocks, scales.describe()));
        long zeros = zeroPoints.elementCount();
        require(
                zeros == 1 || (bands > 0 && zeros % bands == 0 && zeros >= blocks),
                "%d blocks, zero points %s".formatted(blocks, zeroPoints.describe()));
    }

    /** The elements as float32, in new memory. */
    public TensorData dequantize() {
        long rows = codes.dim(0);
        long columns = codes.dim(1);
        long across = Math.ceilDiv(columns, blockColumns);
        long zeroStride = zeroPoints.elementCount() / Math.max(1, Math.ceilDiv(rows, blockRows));
        TensorData out = TensorData.allocate(DType.FLOAT, codes.shape());
        for (long r = 0; r < rows; r++) {
            long band = r / blockRows;
            for (long block = 0; block < across; block++) {
                float scale = floatAt(scales, band * across + block);
                int zero = intAt(zeroPoints, zeroPoints.elementCount() == 1 ? 0 : band * zeroStride + block);
                long end = Math.min(columns, (block + 1) * blockColumns);
                for (long c = block * blockColumns; c < end; c++) {
                    long i = r * columns + c;
                    out.data().setAtIndex(TensorData.F32, i, (intAt(codes, i) - zero) * scale);
                }
            }
        }
        return out;
    }

    /** Type, extents and block, for messages. */
    public String describe() {
        String unit = scales.elementCount() == 1 ? "one scale" : "a scale each " + blockRows + " x " + blockColumns;
        return codes.describe() + ", " + unit;
    }

    private static int intAt(TensorData tensor, long i) {
        var data = tensor.data();
        return switch (tensor.dtype()) {
            case INT8 -> data.get(ValueLayout.JAVA_BYTE, i);
            case UINT8 -> data.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
            case INT4 -> (nibble(tensor, i) << 28) >> 28;
            case UINT4 -> nibble(tensor, i);
            case INT16 -> data.getAtIndex(TensorData.I16, i);
            case UINT16 -> data.getAtIndex(TensorData.I16, i) & 0xFFFF;
            case INT32 -> data.getAtIndex(TensorData.I32, i);
            default -> throw new IllegalStateException("no code type: " + tensor.dtype());
        };
    }

    private static int nibble(TensorData tensor, long i) {
        return (tensor.data().get(ValueLayout.JAVA_BYTE, i >> 1) >> ((i & 1) * 4)) & 0xF;
    }

    private static float floatAt(TensorData tensor, long i) {
        var data = tensor.data();
        return switch (tensor.dtype()) {
            case FLOAT -> data.getAtIndex(TensorData.F32, i);
            case DOUBLE -> (float) data.getAtIndex(TensorData.F64, i);
            case FLOAT16 -> Float.float16ToFloat(data.getAtIndex(TensorData.I16, i));
            case BFLOAT16 -> Float.intBitsToFloat(data.getAtIndex(TensorData.I16, i) << 16);
            default -> throw new IllegalStateException("no scale type: " + tensor.dtype());
        };
    }

    private static void require(boolean holds, String found) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "quantised table: expected integers [V, d], and one scale and zero point a block: got " + found);
        }
    }
}
