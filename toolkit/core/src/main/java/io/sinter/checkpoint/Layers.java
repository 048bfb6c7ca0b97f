package io.sinter.checkpoint;

import io.sinter.mergekit.TensorPlace;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The stacks of layers that the names of a model's tensors show.
 *
 * @param counts number of layers by stack, such as {@code encoder.layer.}: 12
 */
record Layers(Map<String, Integer> counts) {

    private static final Pattern BEFORE = Pattern.compile("embed|wte|wpe|shared\\.|patch|cls_token|position_ids");

    /** The stacks of these tensors. */
    static Layers of(Collection<String> names) {
        Map<String, Integer> counts = new TreeMap<>();
        for (String name : names) {
            LayerName.of(name).ifPresent(l -> counts.merge(l.stack(), l.layer() + 1, Math::max));
        }
        return new Layers(counts);
    }

    /** The stack with the most layers, if there is one. */
    Optional<String> main() {
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /** Number of layers of a stack. */
    int count(String stack) {
        return counts.getOrDefault(stack, 0);
    }

    /** Where a tensor stands: a layer between the first and the last of its stack, or before or behind all layers. */
    TensorPlace place(String name) {
        Optional<LayerName> layer = LayerName.of(name);
        if (layer.isEmpty()) {
            return new TensorPlace(name, isBefore(name) ? 0 : 1);
        }
        return new TensorPlace(
                name, depth(layer.get().layer(), count(layer.get().stack())));
    }

    /** 0 at the first of several layers, 1 at the last. */
    static double depth(int layer, int count) {
        return count < 2 ? 1 : (double) layer / (count - 1);
    }

    /** Whether a tensor of no layer stands before them: embeddings do, norms and heads do not. */
    static boolean isBefore(String name) {
        return BEFORE.matcher(name).find();
    }

    /** What a tensor belongs to, for reports. */
    static String label(String name) {
        return LayerName.of(name)
                .map(LayerName::label)
                .orElse(isBefore(name) ? "before the layers" : "behind the layers");
    }
}
