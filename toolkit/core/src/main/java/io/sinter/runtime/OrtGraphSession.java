package io.sinter.runtime;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.sinter.error.DeviceException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A session of ONNX Runtime's stock Java API. Closing waits for runs under way. */
final class OrtGraphSession implements Session {

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Signature signature;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * Takes over a session.
     *
     * @param model what messages call it
     * @throws UnsupportedException if an input is no tensor, or of a type that the Java API cannot make
     */
    OrtGraphSession(OrtEnvironment environment, OrtSession session, String model) throws OrtException {
        this.environment = environment;
        this.session = session;
        this.signature = new Signature(model, inputPorts(model, session), outputPorts(session));
    }

    @Override
    public List<Port> inputs() {
        return signature.inputs();
    }

    @Override
    public List<Port> outputs() {
        return signature.outputs();
    }

    @Override
    public Map<String, TensorData> run(Map<String, TensorData> inputs, Collection<String> outputs) {
        signature.checkInputs(inputs);
        signature.checkOutputs(outputs);
        return whileOpen(() -> {
            Set<String> wanted = new LinkedHashSet<>(outputs);
            try (OrtViews given = OrtViews.of(environment, inputs);
                    OrtSession.Result result = session.run(given.tensors(), wanted)) {
                Map<String, TensorData> copies = new LinkedHashMap<>();
                for (String name : wanted) {
                    OnnxTensor tensor = (OnnxTensor) result.get(name).orElseThrow();
                    copies.put(name, OrtTensors.copy(name, tensor));
                }
                return copies;
            }
        });
    }

    @Override
    public void runInto(Map<String, TensorData> inputs, Map<String, TensorData> outputs) {
        signature.checkInputs(inputs);
        signature.checkOutputs(outputs);
        Map<String, TensorData> standIns = new LinkedHashMap<>();
        outputs.forEach((name, tensor) -> {
            if (!OrtTensors.inPlace(tensor)) {
                standIns.put(name, standIn(name, tensor));
            }
        });
        Map<String, TensorData> pinned = new LinkedHashMap<>(outputs);
        pinned.putAll(standIns);
        whileOpen(() -> {
            try (OrtViews given = OrtViews.of(environment, inputs);
                    OrtViews targets = OrtViews.of(environment, pinned);
                    OrtSession.Result result = session.run(given.tensors(), Set.of(), targets.tensors())) {
                return result.size();
            }
        });
        standIns.forEach(
                (name, computed) -> requireNonNull(outputs.get(name)).data().copyFrom(computed.data()));
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new DeviceException(signature.model() + ": ONNX Runtime failed to close: " + e.getMessage(), e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws OrtException;
    }

    private <T> T whileOpen(Call<T> call) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException(signature.model() + ": the session is closed");
            }
            return call.run();
        } catch (OrtException e) {
            throw switch (e.getCode()) {
                case ORT_INVALID_ARGUMENT -> new IllegalArgumentException(signature.model() + ": " + e.getMessage(), e);
                default -> new DeviceException(signature.model() + ": ONNX Runtime failed: " + e.getMessage(), e);
            };
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Native memory that stands in for a tensor that cannot be written in place. */
    private static TensorData standIn(String name, TensorData tensor) {
        if (tensor.dtype() == DType.STRING) {
            throw new IllegalArgumentException(
                    "output \"%s\": strings cannot be computed into given memory; use run".formatted(name));
        }
        return TensorData.allocate(tensor.dtype(), tensor.shape());
    }

    private static List<Port> inputPorts(String model, OrtSession session) throws OrtException {
        List<Port> ports = new ArrayList<>();
        for (NodeInfo info : session.getInputInfo().values()) {
            ports.add(port(info)
                    .orElseThrow(() -> new UnsupportedException(
                            "%s: input \"%s\" is %s: only tensors of the usual types can be fed"
                                    .formatted(model, info.getName(), info.getInfo()))));
        }
        return ports;
    }

    /** The outputs that are tensors: sequences and maps cannot be asked for. */
    private static List<Port> outputPorts(OrtSession session) throws OrtException {
        List<Port> ports = new ArrayList<>();
        for (NodeInfo info : session.getOutputInfo().values()) {
            port(info).ifPresent(ports::add);
        }
        return ports;
    }

    private static Optional<Port> port(NodeInfo node) {
        return node.getInfo() instanceof TensorInfo info
                ? OrtTensors.dtype(info).map(dtype -> new Port(node.getName(), new TensorType(dtype, shape(info))))
                : Optional.empty();
    }

    /** The declared extents; null where there are none, since ONNX Runtime does not tell a scalar from an unknown rank. */
    private static @Nullable Shape shape(TensorInfo info) {
        long[] sizes = info.getShape();
        String[] names = info.getDimensionNames();
        if (sizes.length == 0) {
            return null;
        }
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] >= 0) {
                dims.add(Dim.of(sizes[axis]));
            } else {
                dims.add(names[axis].isEmpty() ? Dim.unknown() : Dim.of(names[axis]));
            }
        }
        return new Shape(dims);
    }
}
