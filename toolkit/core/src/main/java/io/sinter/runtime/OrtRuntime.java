package io.sinter.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.sinter.cache.CacheDirectory;
import io.sinter.error.DeviceException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.file.TemporaryFolder;
import io.sinter.onnx.io.Links;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * ONNX Runtime through its stock Java API.
 *
 * <p>Tensors in off-heap memory are read and written in place; others are copied. A tensor may have at most 2 GB less 72
 * bytes (a Java buffer). Threads do not spin while they wait for work: spinning is worth little where a process has the
 * machine to itself and costs much where cores are shared. ONNX Runtime's telemetry is turned off.
 */
public final class OrtRuntime implements Runtime {

    private static final long LARGEST_ON_THE_HEAP = 256L << 20;

    private final OrtEnvironment environment;

    /** Loads ONNX Runtime, whose native libraries are unpacked into the {@linkplain CacheDirectory#standard cache} once. */
    public OrtRuntime() {
        this(CacheDirectory.standard());
    }

    /**
     * Loads ONNX Runtime.
     *
     * @param cache where its native libraries are unpacked, once
     * @throws DeviceException if they do not load on this machine
     */
    public OrtRuntime(CacheDirectory cache) {
        NativeLibraries.unpack(cache);
        Telemetry.disable();
        try {
            environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "sinter");
        } catch (LinkageError e) {
            throw new DeviceException(
                    "ONNX Runtime's native library does not load on %s %s: %s"
                            .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), rootMessage(e)),
                    e);
        }
    }

    /** ONNX Runtime's version, such as {@code 1.29.0}. */
    public String version() {
        return environment.getVersion();
    }

    @Override
    public Session open(Path model, SessionOptions options) {
        if (!Files.exists(model)) {
            throw new MissingException(model + ": no such file");
        }
        Model checked = OnnxReader.read(model);
        return switch (Links.standard()) {
            case CONTAINED -> open(model.toString(), options, ort -> environment.createSession(model.toString(), ort));
            // ONNX Runtime follows no link out of the model's folder, so it gets what Sinter has read.
            case FOLLOWED -> open(checked, options);
        };
    }

    @Override
    public Session open(Model model, SessionOptions options) {
        String name = model.graph().name();
        if (OnnxWriter.size(model) > LARGEST_ON_THE_HEAP) {
            return openThroughFile(name, model, options);
        }
        byte[] bytes = OnnxWriter.toBytes(model);
        return open(name, options, ort -> environment.createSession(bytes, ort));
    }

    /** Large models reach ONNX Runtime through a temporary file, which spares the heap and passes protobuf's 2 GB. */
    private Session openThroughFile(String name, Model model, SessionOptions options) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve("model.onnx");
            OnnxWriter.write(model, file, WriteOptions.DEFAULT);
            return open(name, options, ort -> environment.createSession(file.toString(), ort));
        }
    }

    @FunctionalInterface
    private interface Opener {
        OrtSession open(OrtSession.SessionOptions options) throws OrtException;
    }

    private Session open(String name, SessionOptions options, Opener opener) {
        try (OrtSession.SessionOptions ort = new OrtSession.SessionOptions()) {
            configure(ort, options);
            OrtSession session = opener.open(ort);
            try {
                return new OrtGraphSession(environment, session, name);
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            throw refusal(name, options, e);
        }
    }

    private static void configure(OrtSession.SessionOptions ort, SessionOptions options) throws OrtException {
        ort.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        ort.setIntraOpNumThreads(options.threads());
        ort.setInterOpNumThreads(1);
        ort.addConfigEntry("session.intra_op.allow_spinning", "0");
        switch (options.device()) {
            case CPU -> {}
            case CUDA -> CudaProvider.add(ort);
        }
    }

    private static SinterException refusal(String name, SessionOptions options, OrtException e) {
        String message = name + ": ONNX Runtime refuses the model: " + e.getMessage();
        return switch (e.getCode()) {
            case ORT_NOT_IMPLEMENTED -> new UnsupportedException(message, e);
            case ORT_EP_FAIL, ORT_ENGINE_ERROR, ORT_DEVICE_RESET ->
                new DeviceException("%s: %s: %s".formatted(name, options.device(), e.getMessage()), e);
            default -> new MalformedException(message, e);
        };
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
