package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Block;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.GatedFeedForward;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.PreNormLayer;
import io.sinter.encoder.PreNormLayer.Branch;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * DINOv2 (Oquab et al. 2023, arXiv:2304.07193), also with register tokens (Darcet et al. 2023, arXiv:2309.16588). The
 * scale of each layer's branches is multiplied into the projection before it.
 */
public final class Dinov2 implements Architecture {

    private static final String WITH_REGISTERS = "dinov2_with_registers";

    @Override
    public List<String> modelTypes() {
        return List.of("dinov2", WITH_REGISTERS);
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE, Head.CLASSIFICATION);
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        Weights base = network.weights().base(config.text("model_type", ""));
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-6);
        PatchEmbeddings embeddings = embeddings(config, base.under("embeddings"));
        Value states = PreNormLayer.chain(
                        network,
                        (layers, norm) -> embeddings.emit(network, layers, Objects.requireNonNull(norm)),
                        config.size("num_hidden_layers"),
                        i -> layer(base.under("encoder.layer." + i), config, epsilon),
                        base.layerNorm("layernorm", hidden, epsilon))
                .output();
        output(network, states);
    }

    private static long registers(Settings config) {
        return config.text("model_type", "").equals(WITH_REGISTERS) ? config.index("num_register_tokens", 4) : 0;
    }

    private static PatchEmbeddings embeddings(Settings config, Weights w) {
        Pictures.Extent size = Pictures.of(config).picture();
        if (size.height() != size.width()) {
            throw config.unsupported("image_size", "a square");
        }
        long hidden = config.size("hidden_size");
        List<TensorData> tokens = new ArrayList<>(List.of(w.tensor("cls_token", 1, 1, hidden)));
        long registers = registers(config);
        if (registers > 0) {
            tokens.add(w.tensor("register_tokens", 1, registers, hidden));
        }
        return VitLayers.embeddings(config, w, tokens, 1);
    }

    private static PreNormLayer layer(Weights w, Settings config, double epsilon) {
        long hidden = config.size("hidden_size");
        SelfAttention attention = VitLayers.attention(w.under("attention"), config);
        TensorData attentionScale = w.ones("layer_scale1.lambda1", hidden);
        TensorData scale = w.ones("layer_scale2.lambda1", hidden);
        return new PreNormLayer(
                w.path(),
                Branch.of(
                        w.layerNorm("norm1", hidden, epsilon),
                        new SelfAttention(
                                attention.projections(),
                                attention.output().scaled(attentionScale),
                                attention.width(),
                                attention.visibility(),
                                null)),
                Branch.of(w.layerNorm("norm2", hidden, epsilon), feedForward(w.under("mlp"), config, scale)));
    }

    private static Block feedForward(Weights w, Settings config, TensorData scale) {
        long hidden = config.size("hidden_size");
        long inner = (long) (hidden * config.number("mlp_ratio", 4));
        if (!config.flag("use_swiglu_ffn", false)) {
            Activation activation = config.activation("hidden_act", Activation.GELU);
            Linear down = w.linear("fc2", inner, hidden).scaled(scale);
            return new FeedForward(w.linear("fc1", hidden, inner), activation, down);
        }
        long gated = (inner * 2 / 3 + 7) / 8 * 8;
        Linear down = w.linear("weights_out", gated, hidden).scaled(scale);
        return new GatedFeedForward(List.of(w.linear("weights_in", hidden, 2 * gated)), Activation.SILU, down);
    }

    private static void output(Network network, Value states) {
        Layers layers = network.layers();
        Value first = BertLayers.first(layers, states);
        if (network.head() == Head.NONE) {
            network.output("last_hidden_state", states);
            network.output("pooler_output", first);
            return;
        }
        Settings config = network.config();
        Ops ops = layers.ops();
        long hidden = config.size("hidden_size");
        Value patches = layers.placesFrom(states, 1 + registers(config));
        Value both = ops.concat(-1, List.of(first, ops.reduceMean(patches, List.of(1L), KeepDims.DROP)));
        Linear classifier = network.weights().linear("classifier", 2 * hidden, Classes.count(config));
        network.output("logits", layers.linear(both, classifier));
        network.output("last_hidden_state", states);
    }
}
