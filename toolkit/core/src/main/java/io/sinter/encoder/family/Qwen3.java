package io.sinter.encoder.family;

import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Head;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights.Bias;
import io.sinter.encoder.family.LlamaLayers.Biases;
import io.sinter.encoder.family.LlamaLayers.HeadNorms;
import java.util.List;

/** Qwen3 (Yang et al. 2025, arXiv:2505.09388): queries and keys are normalised head by head. */
public final class Qwen3 implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen3");
    }

    @Override
    public List<Head> heads() {
        return Decoder.HEADS;
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        Bias attention = Bias.of(config.flag("attention_bias", false));
        Biases biases = new Biases(attention, attention, Bias.WITHOUT);
        Width width = Decoder.width(config, Decoder.keyHeads(config), config.size("head_dim"));
        new LlamaLayers(width, biases, HeadNorms.WITH, Qwen2.layerTypes(config)).emit(network);
    }
}
