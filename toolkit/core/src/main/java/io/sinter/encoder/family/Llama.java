package io.sinter.encoder.family;

import io.sinter.encoder.Architecture;
import io.sinter.encoder.Head;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights.Bias;
import io.sinter.encoder.family.LlamaLayers.Biases;
import io.sinter.encoder.family.LlamaLayers.HeadNorms;
import java.util.Collections;
import java.util.List;

/** Llama (Touvron et al. 2023, arXiv:2302.13971). */
public final class Llama implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("llama");
    }

    @Override
    public List<Head> heads() {
        return Decoder.HEADS;
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        Bias attention = Bias.of(config.flag("attention_bias", false));
        Biases biases = new Biases(attention, attention, Bias.of(config.flag("mlp_bias", false)));
        List<LayerType> types = Collections.nCopies((int) config.size("num_hidden_layers"), LayerType.FULL);
        long shared = config.size("num_key_value_heads", config.size("num_attention_heads"));
        new LlamaLayers(Decoder.width(config, shared), biases, HeadNorms.WITHOUT, types).emit(network);
    }
}
