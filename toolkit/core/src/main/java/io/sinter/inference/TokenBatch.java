package io.sinter.inference;

import io.sinter.runtime.Port;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Texts that run together, padded on the right to the longest.
 *
 * @param indices which of the texts these are
 * @param texts the texts themselves
 * @param tensors int64 {@code [B, S]}, by role
 */
record TokenBatch(List<Integer> indices, List<Encoding> texts, Map<InputRole, TensorData> tensors) {

    /**
     * Cuts texts into batches of equal lengths, as far as may be: longest first, so that the last to finish is short.
     *
     * @param batchTokens tokens of a batch, padding included
     * @param padId id that padding has
     */
    static List<TokenBatch> cut(List<Encoding> texts, int batchTokens, long padId) {
        List<Integer> order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -texts.get(i).length()))
                .toList();
        List<TokenBatch> batches = new ArrayList<>();
        for (int from = 0; from < order.size(); ) {
            int longest = Math.max(1, texts.get(order.get(from)).length());
            int to = Math.min(order.size(), from + Math.max(1, batchTokens / longest));
            batches.add(pad(order.subList(from, to), texts, padId));
            from = to;
        }
        return batches;
    }

    /** All of some texts, in their order. */
    static TokenBatch of(List<Encoding> texts, long padId) {
        return pad(IntStream.range(0, texts.size()).boxed().toList(), texts, padId);
    }

    /** What the graph reads, by the names and types of its inputs. */
    Map<String, TensorData> inputs(Map<InputRole, Port> ports) {
        Map<String, TensorData> inputs = new HashMap<>();
        ports.forEach((role, port) -> inputs.put(port.name(), as(port.type().dtype(), tensor(role))));
        return inputs;
    }

    /** Tokens of a row, S, padding included. */
    int longest() {
        return (int) mask().dim(1);
    }

    /** 1 for tokens, 0 for padding. */
    TensorData mask() {
        return tensor(InputRole.MASK);
    }

    private TensorData tensor(InputRole role) {
        TensorData tensor = tensors.get(role);
        if (tensor == null) {
            throw new IllegalStateException("no tensor for " + role);
        }
        return tensor;
    }

    private static TokenBatch pad(List<Integer> indices, List<Encoding> texts, long padId) {
        int longest = indices.stream().mapToInt(i -> texts.get(i).length()).reduce(1, Math::max);
        List<Long> shape = List.of((long) indices.size(), (long) longest);
        Map<InputRole, TensorData> tensors = new EnumMap<>(InputRole.class);
        for (InputRole role : InputRole.values()) {
            tensors.put(role, TensorData.allocate(DType.INT64, shape));
        }
        for (int b = 0; b < indices.size(); b++) {
            Encoding text = texts.get(indices.get(b));
            for (int s = 0; s < longest; s++) {
                long at = (long) b * longest + s;
                boolean token = s < text.length();
                set(tensors, InputRole.IDS, at, token ? get(text.ids(), s) : padId);
                set(tensors, InputRole.MASK, at, token ? 1 : 0);
                set(tensors, InputRole.TYPES, at, token ? get(text.typeIds(), s) : 0);
                set(tensors, InputRole.POSITIONS, at, s);
            }
        }
        return new TokenBatch(
                List.copyOf(indices), indices.stream().map(texts::get).toList(), tensors);
    }

    private static long get(TensorData tensor, int index) {
        return tensor.data().getAtIndex(TensorData.I64, index);
    }

    private static void set(Map<InputRole, TensorData> tensors, InputRole role, long at, long value) {
        TensorData tensor = tensors.get(role);
        if (tensor != null) {
            tensor.data().setAtIndex(TensorData.I64, at, value);
        }
    }

    private static TensorData as(DType dtype, TensorData longs) {
        if (dtype == DType.INT64) {
            return longs;
        }
        TensorData ints = TensorData.allocate(DType.INT32, longs.shape());
        MemorySegment data = ints.data();
        for (long i = 0; i < longs.elementCount(); i++) {
            data.setAtIndex(TensorData.I32, i, Math.toIntExact(longs.data().getAtIndex(TensorData.I64, i)));
        }
        return ints;
    }
}
