package io.sinter.runtime;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.tensor.TensorData;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Checks tensors against the ports of a graph, before native code sees them.
 *
 * @param model what the messages call the graph, such as its file name
 * @param inputs what the graph reads
 * @param outputs what it can compute
 */
record Signature(String model, List<Port> inputs, List<Port> outputs) {

    Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Every input must be given, be known, and have the port's element type, rank and fixed extents. */
    void checkInputs(Map<String, TensorData> given) {
        for (Port port : inputs) {
            TensorData tensor = given.get(port.name());
            if (tensor == null) {
                throw new IllegalArgumentException("%s: input \"%s\" is missing: got %s, expected %s"
                        .formatted(model, port.name(), quoted(given.keySet()), names(inputs)));
            }
            check("input", port, tensor);
        }
        given.keySet().forEach(name -> port("input", name, inputs));
    }

    /** At least one output must be wanted, and each must be known. */
    void checkOutputs(Collection<String> wanted) {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: no outputs asked for: expected some of %s".formatted(model, names(outputs)));
        }
        wanted.forEach(name -> port("output", name, outputs));
    }

    /** As {@link #checkOutputs(Collection)}, and each tensor must fit its port and be writable. */
    void checkOutputs(Map<String, TensorData> targets) {
        checkOutputs(targets.keySet());
        targets.forEach((name, tensor) -> {
            check("output", port("output", name, outputs), tensor);
            if (tensor.data().isReadOnly()) {
                throw new IllegalArgumentException(
                        "%s: output \"%s\": the memory to write to is read-only".formatted(model, name));
            }
        });
    }

    private Port port(String role, String name, List<Port> ports) {
        return ports.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s: no %s \"%s\": expected %s".formatted(model, role, name, names(ports))));
    }

    private void check(String role, Port port, TensorData tensor) {
        Shape shape = port.type().shape();
        if (tensor.dtype() != port.type().dtype() || (shape != null && !fits(shape, tensor.shape()))) {
            throw new IllegalArgumentException("%s: %s \"%s\": got %s, expected %s"
                    .formatted(model, role, port.name(), tensor.describe(), port.type()));
        }
    }

    private static boolean fits(Shape declared, List<Long> actual) {
        if (declared.rank() != actual.size()) {
            return false;
        }
        for (int axis = 0; axis < actual.size(); axis++) {
            if (declared.dim(axis) instanceof Dim.Known(long size) && size != actual.get(axis)) {
                return false;
            }
        }
        return true;
    }

    private static String names(List<Port> ports) {
        return quoted(ports.stream().map(Port::name).toList());
    }

    private static String quoted(Collection<String> names) {
        return names.isEmpty() ? "none" : names.stream().map(n -> '"' + n + '"').collect(Collectors.joining(", "));
    }
}
