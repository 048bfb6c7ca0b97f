package io.sinter.onnx.pass;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.ir.Model;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Models of the tests in ONNX Runtime, its own graph optimizations off so that the graph as written is what runs. */
public final class Ort {

    private Ort() {}

    /** All outputs, by name. */
    public static Map<String, TensorData> run(Model model, Map<String, TensorData> inputs) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            for (Map.Entry<String, TensorData> input : inputs.entrySet()) {
                feeds.put(input.getKey(), tensor(environment, input.getValue()));
            }
            try (OrtSession session = environment.createSession(OnnxWriter.toBytes(model), options);
                    OrtSession.Result result = session.run(feeds)) {
                Map<String, TensorData> outputs = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.put(output.getKey(), data((OnnxTensor) output.getValue()));
                }
                return outputs;
            }
        } catch (OrtException e) {
            throw new AssertionError(e.getMessage(), e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, TensorData data) throws OrtException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(
                        Math.toIntExact(data.data().byteSize()))
                .order(ByteOrder.nativeOrder());
        MemorySegment.ofBuffer(buffer).copyFrom(data.data());
        long[] shape = data.shape().stream().mapToLong(Long::longValue).toArray();
        return OnnxTensor.createTensor(environment, buffer, shape, javaType(data.dtype()));
    }

    private static OnnxJavaType javaType(DType dtype) {
        return switch (dtype) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case BOOL -> OnnxJavaType.BOOL;
            default -> throw new IllegalArgumentException("no test feeds " + dtype);
        };
    }

    private static TensorData data(OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        DType dtype = switch (info.type) {
            case FLOAT -> DType.FLOAT;
            case DOUBLE -> DType.DOUBLE;
            case FLOAT16 -> DType.FLOAT16;
            case INT64 -> DType.INT64;
            case INT32 -> DType.INT32;
            case BOOL -> DType.BOOL;
            default -> throw new IllegalArgumentException("no test reads " + info.type);
        };
        TensorData data = TensorData.allocate(
                dtype, Arrays.stream(info.getShape()).boxed().toList());
        if (data.data().byteSize() > 0) {
            data.data().copyFrom(MemorySegment.ofBuffer(tensor.getByteBuffer()));
        }
        return data;
    }
}
