package io.sinter.runtime;

import io.sinter.onnx.ir.Model;
import java.nio.file.Path;

/** Makes sessions of graphs. */
public interface Runtime {

    /**
     * A session on a model file; external data is read from beside it.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws io.sinter.error.MalformedException if it is no ONNX model or the runtime refuses it
     * @throws io.sinter.error.DeviceException if the device is not available, with what is missing
     */
    Session open(Path model, SessionOptions options);

    /** A session on a model in memory. */
    Session open(Model model, SessionOptions options);
}
