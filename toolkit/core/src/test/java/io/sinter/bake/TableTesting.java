package io.sinter.bake;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.runtime.Device;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.runtime.TestModels;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Bakes and looks up tables for tests. */
final class TableTesting {

    static final Runtime RUNTIME = new OrtRuntime();

    private static final SessionOptions ONE_THREAD = new SessionOptions(Device.CPU, 1);

    private TableTesting() {}

    /** The combined table. */
    static TensorData bake(CombinedTable table, DType dtype) {
        return new Bake(RUNTIME, ONE_THREAD).table(table, dtype);
    }

    /** The combination of looked-up rows, in float32, through a graph of its own. */
    static TensorData live(CombinedTable table, TensorData ids) {
        Model model = TestModels.model(ops -> {
            Dim[] dims = new Dim[ids.rank()];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = Dim.of("d" + i);
            }
            Value input = ops.graph().addInput("ids", new TensorType(DType.INT64, Shape.of(dims)));
            Value combined = Live.lookup(ops, LiveCombination.of(table), input, DType.FLOAT);
            TestModels.output(ops, "y", combined.producer() == null ? ops.identity(combined) : combined);
        });
        try (Session session = RUNTIME.open(model, ONE_THREAD)) {
            return session.run(Map.of("ids", ids), "y");
        }
    }

    /** Rows of a table in float32, one after the other. */
    static float[] gather(TensorData table, TensorData ids) {
        float[] all = floats(table);
        int width = (int) table.dim(1);
        long[] rows = ids.toLongArray();
        float[] result = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(all, (int) rows[i] * width, result, i * width, width);
        }
        return result;
    }

    /** Every row number once. */
    static TensorData allIds(long rows) {
        long[] ids = new long[(int) rows];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        return TensorData.vector(ids);
    }

    /** Random row numbers in the given shape. */
    static TensorData ids(Random random, long rows, List<Long> shape) {
        long[] ids = new long[(int) TensorData.elementCount(shape)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = random.nextLong(rows);
        }
        return TensorData.of(shape, ids);
    }

    /** A random normal table; native memory or heap by chance. */
    static TensorData table(Random random, DType dtype, long rows, long width) {
        TensorData table = TensorData.allocate(dtype, List.of(rows, width));
        for (long i = 0; i < rows * width; i++) {
            set(table, i, (float) random.nextGaussian());
        }
        return random.nextBoolean()
                ? table
                : new TensorData(
                        dtype, table.shape(), MemorySegment.ofArray(table.data().toArray(ValueLayout.JAVA_BYTE)));
    }

    /** The elements of a float16, float32, bfloat16 or float64 tensor. */
    static float[] floats(TensorData tensor) {
        float[] result = new float[(int) tensor.elementCount()];
        for (int i = 0; i < result.length; i++) {
            result[i] = switch (tensor.dtype()) {
                case FLOAT -> tensor.data().getAtIndex(TensorData.F32, i);
                case DOUBLE -> (float) tensor.data().getAtIndex(TensorData.F64, i);
                case FLOAT16 -> Float.float16ToFloat(tensor.data().getAtIndex(TensorData.I16, i));
                case BFLOAT16 -> Float.intBitsToFloat(tensor.data().getAtIndex(TensorData.I16, i) << 16);
                default -> throw new IllegalArgumentException(tensor.describe());
            };
        }
        return result;
    }

    private static void set(TensorData tensor, long index, float value) {
        switch (tensor.dtype()) {
            case FLOAT -> tensor.data().setAtIndex(TensorData.F32, index, value);
            case DOUBLE -> tensor.data().setAtIndex(TensorData.F64, index, value);
            case FLOAT16 -> tensor.data().setAtIndex(TensorData.I16, index, Float.floatToFloat16(value));
            case BFLOAT16 ->
                tensor.data().setAtIndex(TensorData.I16, index, (short) (Float.floatToRawIntBits(value) >>> 16));
            default -> throw new IllegalArgumentException(tensor.describe());
        }
    }
}
