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

/** Mistral (Jiang et al. 2023, arXiv:2310.06825): every layer sees {@code sliding_window} places, unless it is null. */
public final class Mistral implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("mistral");
    }

    @Override
    public List<Head> heads() {
        return Decoder.HEADS;
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        LayerType type = config.raw("sliding_window").isNull() ? LayerType.FULL : LayerType.SLIDING;
        List<LayerType> types = Collections.nCopies((int) config.size("num_hidden_layers"), type);
        Biases none = new Biases(Bias.WITHOUT, Bias.WITHOUT, Bias.WITHOUT);
        new LlamaLayers(Decoder.width(config, Decoder.keyHeads(config)), none, HeadNorms.WITHOUT, types).emit(network);
    }
}
