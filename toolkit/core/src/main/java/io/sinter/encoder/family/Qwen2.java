package io.sinter.encoder.family;

import io.sinter.encoder.Architecture;
import io.sinter.encoder.Head;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights.Bias;
import io.sinter.encoder.family.LlamaLayers.Biases;
import io.sinter.encoder.family.LlamaLayers.HeadNorms;
import java.util.List;

/** Qwen2 (Yang et al. 2024, arXiv:2407.10671): queries, keys and values have biases. */
public final class Qwen2 implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen2");
    }

    @Override
    public List<Head> heads() {
        return Decoder.HEADS;
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        Biases biases = new Biases(Bias.WITH, Bias.WITHOUT, Bias.WITHOUT);
        new LlamaLayers(Decoder.width(config, Decoder.keyHeads(config)), biases, HeadNorms.WITHOUT, layerTypes(config))
                .emit(network);
    }

    /** Layers from {@code max_window_layers} on slide where {@code use_sliding_window} is set, unless they are listed. */
    static List<LayerType> layerTypes(Settings config) {
        boolean slides = config.flag("use_sliding_window", false)
                && !config.raw("sliding_window").isNull();
        long first = config.index("max_window_layers", 28);
        List<LayerType> types = LayerType.all(
                config,
                config.size("num_hidden_layers"),
                i -> slides && i >= first ? LayerType.SLIDING : LayerType.FULL);
        if (!slides && types.contains(LayerType.SLIDING)) {
            throw config.contradiction("layer_types has sliding_attention, but use_sliding_window is not set");
        }
        return types;
    }
}
