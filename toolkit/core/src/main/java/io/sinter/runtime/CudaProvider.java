package io.sinter.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.sinter.error.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** Turns ONNX Runtime's CUDA provider on, or says what keeps it from running. */
final class CudaProvider {

    private CudaProvider() {}

    /**
     * Adds the provider, on the first GPU that {@code CUDA_VISIBLE_DEVICES} shows.
     *
     * @throws DeviceException if this build, this machine's driver or CUDA's libraries lack it
     */
    static void add(OrtSession.SessionOptions options) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new DeviceException(
                    "cuda: this build has ONNX Runtime without its CUDA provider: build with the Maven"
                            + " profile \"cuda\" (mvn -Pcuda ...), which takes onnxruntime_gpu, or use the device cpu");
        }
        if (!driverLoads()) {
            throw new DeviceException("cuda: " + System.mapLibraryName("cuda")
                    + " does not load: install the NVIDIA driver (nvidia-smi must list a GPU), or use the device cpu");
        }
        try {
            options.addCUDA(0);
        } catch (OrtException e) {
            throw new DeviceException(
                    "cuda: ONNX Runtime's CUDA provider does not load: %s: put the libraries of CUDA and cuDNN that it names on the library path, or use the device cpu"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    @SuppressWarnings("restricted") // looking a library up needs native access, as ONNX Runtime itself does
    private static boolean driverLoads() {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        try (Arena arena = Arena.ofConfined()) {
            return SymbolLookup.libraryLookup(windows ? "nvcuda.dll" : "libcuda.so.1", arena)
                    .find("cuInit")
                    .isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
