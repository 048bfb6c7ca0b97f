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
 * @param location name of the file, in the model's folder
 */
record ExternalLayout(String location, Map<Value, Slot> slots) {

    /** Everything embedded. */
    static final ExternalLayout NONE = new ExternalLayout("", Map.of());

    /** Elements and where they begin. */
    record Slot(long offset, MemorySegment elements) {}

    /** A layout of the constants of all graphs (functions have none) that are large enough. */
    static ExternalLayout of(Model model, String location, WriteOptions options) {
        Map<Value, Slot> slots = new LinkedHashMap<>();
        long end = place(model.graph(), 0, options, slots);
        return new ExternalLayout(location, end == 0 ? Map.of() : slots);
    }

    /** The same layout in a file of another name. */
    ExternalLayout at(String otherLocation) {
        return new ExternalLayout(otherLocation, slots);
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
