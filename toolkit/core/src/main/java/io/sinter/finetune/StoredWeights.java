package io.sinter.finetune;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Value;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.CheckpointSource;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a checkpoint stores the weights of the graph that was built of it.
 *
 * @param byName of the graph's constants
 */
record StoredWeights(Map<String, Stored> byName) {

    /** How checkpoints that came from TensorFlow name a norm's parameters. */
    private static final Map<String, String> OLD_NAMES = Map.of(".weight", ".gamma", ".bias", ".beta");

    /** Ends of the names of the two biases of a head that transformers shares. */
    private static final String DECODER_BIAS = "decoder.bias";

    /** Whether elements lie in the checkpoint as in the graph. */
    enum Layout {
        /** They do. */
        SAME,
        /** The checkpoint has the transposed matrix. */
        TRANSPOSED
    }

    /**
     * One weight in a checkpoint.
     *
     * @param keys of the tensors that hold it: one, and those that are tied to it
     */
    record Stored(List<String> keys, Layout layout, DType dtype) {

        /** What the graph's floats are in the checkpoint. */
        TensorData tensor(TensorData floats) {
            TensorData laid = switch (layout) {
                case SAME -> floats;
                case TRANSPOSED -> Transposition.of(floats);
            };
            return Conversion.convert(laid, dtype);
        }
    }

    /**
     * Compares every constant that has the name of a tensor with that tensor.
     *
     * @throws UnsupportedException if they differ
     */
    static StoredWeights of(CheckpointSource source, Graph graph) {
        Checkpoint checkpoint = source.checkpoint();
        Map<String, Stored> byName = new LinkedHashMap<>();
        for (Value weight : graph.initializers()) {
            Optional<String> key = key(checkpoint, weight.name());
            if (key.isPresent()) {
                TensorData tensor = checkpoint.tensor(key.get());
                Layout layout = layout(weight, Conversion.convert(tensor, DType.FLOAT))
                        .orElseThrow(() -> new UnsupportedException(
                                "%s: tensor \"%s\" %s: the graph has it as %s, in a form that cannot be written back; this family cannot be trained here"
                                        .formatted(checkpoint.path(), key.get(), tensor.describe(), weight.type())));
                byName.put(weight.name(), new Stored(keys(source, key.get()), layout, tensor.dtype()));
            }
        }
        return new StoredWeights(byName);
    }

    private static Optional<String> key(Checkpoint checkpoint, String name) {
        if (checkpoint.find(name).isPresent()) {
            return Optional.of(name);
        }
        return OLD_NAMES.entrySet().stream()
                .filter(old -> name.endsWith("LayerNorm" + old.getKey()))
                .map(old -> name.substring(0, name.length() - old.getKey().length()) + old.getValue())
                .filter(old -> checkpoint.find(old).isPresent())
                .findFirst();
    }

    /** A matrix that equals its transpose, such as one of zeros, is laid as products read it. */
    private static Optional<Layout> layout(Value weight, TensorData stored) {
        TensorData floats = Objects.requireNonNull(weight.initializer());
        boolean same = floats.shape().equals(stored.shape()) && floats.contentEquals(stored);
        boolean product = floats.rank() == 2
                && weight.uses().stream().anyMatch(use -> use.node().is("MatMul") && use.index() == 1);
        if (same && !product) {
            return Optional.of(Layout.SAME);
        }
        boolean transposed = floats.rank() == 2
                && stored.rank() == 2
                && floats.dim(0) == stored.dim(1)
                && floats.dim(1) == stored.dim(0)
                && floats.contentEquals(Transposition.of(stored));
        if (transposed) {
            return Optional.of(Layout.TRANSPOSED);
        }
        return same ? Optional.of(Layout.SAME) : Optional.empty();
    }

    private static List<String> keys(CheckpointSource source, String key) {
        List<String> keys = new ArrayList<>(List.of(key));
        Checkpoint checkpoint = source.checkpoint();
        if (key.equals(source.keys().key())) {
            keys.addAll(source.keys().tied());
        }
        if (key.endsWith(".bias") && !key.endsWith(DECODER_BIAS)) {
            String decoder = key.substring(0, key.length() - "bias".length()) + DECODER_BIAS;
            checkpoint
                    .find(decoder)
                    .filter(tensor -> tensor.contentEquals(checkpoint.tensor(key)))
                    .ifPresent(tensor -> keys.add(decoder));
        }
        return List.copyOf(keys);
    }
}
