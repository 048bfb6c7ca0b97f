package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stores equal constants of the main graph once: of those of one type, shape and content, the first stays. Content is
 * compared byte by byte, so that a difference of one bit keeps both. Outputs, those of subgraphs too, and inputs with a
 * default stay.
 */
public final class ShareConstants implements GraphPass {

    /** Bytes at each end of a constant that its first look reads; what is equal there is compared whole. */
    private static final long LOOK = 4096;

    @Override
    public String name() {
        return "share-constants";
    }

    @Override
    public PassResult run(Model model) {
        Graph graph = model.graph();
        Map<Look, List<Value>> seen = new HashMap<>();
        Set<Value> outputs = Prune.outputs(graph);
        List<String> changes = new ArrayList<>();
        for (Value value : graph.initializers()) {
            TensorData data = value.constant();
            if (data == null) {
                continue;
            }
            List<Value> alike = seen.computeIfAbsent(Look.at(data), look -> new ArrayList<>());
            Value first = alike.stream()
                    .filter(other -> isEqual(other, data))
                    .findFirst()
                    .orElse(null);
            if (first == null) {
                alike.add(value);
            } else if (!outputs.contains(value)) {
                graph.replaceUses(value, first);
                graph.removeValue(value);
                changes.add("\"%s\" is \"%s\", %,d bytes"
                        .formatted(value.name(), first.name(), data.data().byteSize()));
            }
        }
        return PassResult.of(changes);
    }

    private static boolean isEqual(Value value, TensorData data) {
        TensorData other = value.constant();
        return other != null && other.data().mismatch(data.data()) == -1;
    }

    /** What constants must have in common to be worth comparing. */
    private record Look(DType dtype, List<Long> shape, int head, int tail) {

        static Look at(TensorData data) {
            MemorySegment bytes = data.data();
            long size = bytes.byteSize();
            long part = Math.min(LOOK, size);
            return new Look(
                    data.dtype(), data.shape(), hash(bytes.asSlice(0, part)), hash(bytes.asSlice(size - part, part)));
        }

        private static int hash(MemorySegment bytes) {
            return Arrays.hashCode(bytes.toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
