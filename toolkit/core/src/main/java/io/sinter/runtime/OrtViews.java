package io.sinter.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ONNX Runtime's tensors over some memory, for the length of one run. Closing frees them, not the memory.
 *
 * @param tensors by name of the port
 */
record OrtViews(Map<String, OnnxTensor> tensors) implements AutoCloseable {

    /** A tensor over each of the given. */
    static OrtViews of(OrtEnvironment environment, Map<String, TensorData> given) throws OrtException {
        OrtViews views = new OrtViews(new LinkedHashMap<>());
        try {
            for (Map.Entry<String, TensorData> entry : given.entrySet()) {
                OnnxTensor tensor = OrtTensors.view(environment, entry.getKey(), entry.getValue());
                views.tensors.put(entry.getKey(), tensor);
            }
        } catch (OrtException | RuntimeException e) {
            views.close();
            throw e;
        }
        return views;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
