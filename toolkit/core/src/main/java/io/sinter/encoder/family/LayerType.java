package io.sinter.encoder.family;

import io.sinter.encoder.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Which places a layer's queries see, by the names in {@code layer_types}. */
enum LayerType {
    /** All that the model's direction allows. */
    FULL("full_attention"),
    /** Those of them that are near. */
    SLIDING("sliding_attention");

    private final String key;

    LayerType(String key) {
        this.key = key;
    }

    /** The name in configurations. */
    String key() {
        return key;
    }

    /**
     * The types of all layers.
     *
     * @param otherwise what they are where the configuration does not list them, by number from 0
     */
    static List<LayerType> all(Settings config, long layers, LongFunction<LayerType> otherwise) {
        List<String> names = config.texts("layer_types");
        if (names.isEmpty()) {
            return LongStream.range(0, layers).mapToObj(otherwise).toList();
        }
        if (names.size() != layers) {
            throw config.contradiction(
                    "layer_types lists %d layers, but num_hidden_layers is %d".formatted(names.size(), layers));
        }
        return names.stream()
                .map(name -> named(name)
                        .orElseThrow(() -> config.unsupported("layer_types", "full_attention and sliding_attention")))
                .toList();
    }

    /**
     * The rotary positions of layers of a type: {@code rope_parameters} by type, or {@code rope_scaling} of
     * configurations before transformers 5.
     */
    static Settings rope(Settings config, LayerType type) {
        return config.raw("rope_scaling").isEmpty()
                ? config.sectionOrEmpty("rope_parameters").sectionOrEmpty(type.key)
                : config.section("rope_scaling");
    }

    private static Optional<LayerType> named(String name) {
        return Arrays.stream(values()).filter(t -> t.key.equals(name)).findFirst();
    }
}
