package io.sinter.onnx.io;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in the external data file each constant lies: in the order of the model, each at a multiple of the alignment.
 *
 * @param location name of the file, in the model's folder; empty while it has none
 * @param slots where each constant's elements are and belong, in order
 */
record ExternalLayout(String location, Map<Value, Slot> slots) {

    /** Everything embedded. */
    static final ExternalLayout NONE = new ExternalLayout("", Map.of());

    /** Elements and where they begin. */
    record Slot(long offset, MemorySegment elements) {}

    /** A layout of the constants of all graphs (functions have none) that are large enough. */
    static ExternalLayout of(Model model, WriteOptions options) {
        Map<Value, Slot> slots = new LinkedHashMap<>();
        place(model.graph(), 0, options, slots);
        return new ExternalLayout("", slots);
    }

    /** The same layout in a file of another name. */
    ExternalLayout at(String otherLocation) {
        return new ExternalLayout(otherLocation, slots);
    }

    /** Bytes of the file: where the last constant ends. */
    long size() {
        return slots.values().stream()
                .mapToLong(slot -> slot.offset() + slot.elements().byteSize())
                .max()
                .orElse(0);
    }

    /** Whether a file holds these elements where they belong, and nothing after. */
    boolean matches(MemorySegment file) {
        return file.byteSize() == size()
                && slots.values().stream()
                        .allMatch(slot ->
                                file.asSlice(slot.offset(), slot.elements().byteSize())
                                                .mismatch(slot.elements())
                                        == -1);
    }

    /** Where a constant lies, or null if it is embedded. */
    @Nullable
    Slot slot(Value value) {
        return slots.get(value);
    }

    private static long place(Graph graph, long end, WriteOptions options, Map<Value, Slot> slots) {
        long position = end;
        for (Value value : graph.values()) {
            TensorData data = value.initializer();
            if (data != null
                    && data.dtype() != DType.STRING
                    && data.data().byteSize() > 0
                    && data.data().byteSize() >= options.externalThreshold()) {
                long offset = Math.ceilDiv(position, options.alignment()) * options.alignment();
                slots.put(value, new Slot(offset, data.data()));
                position = offset + data.data().byteSize();
            }
        }
        for (Node node : graph.nodes()) {
            for (Graph subgraph : node.subgraphs()) {
                position = place(subgraph, position, options, slots);
            }
        }
        return position;
    }
}
