package io.sinter.encoder.family;

import io.sinter.encoder.Architecture;
import io.sinter.encoder.Head;
import io.sinter.encoder.Network;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;

/** ViT (Dosovitskiy et al. 2020, arXiv:2010.11929). */
public final class Vit implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("vit");
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE, Head.CLASSIFICATION);
    }

    @Override
    public void emit(Network network) {
        Weights base = network.weights().base("vit");
        long hidden = network.config().size("hidden_size");
        TensorData classToken = base.tensor("embeddings.cls_token", 1, 1, hidden);
        Value states = VitLayers.emit(network, base, List.of(classToken));
        VitLayers.output(network, base, states);
    }
}
