package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Rotary;
import io.sinter.encoder.Rotary.Pairs;
import io.sinter.encoder.SelfAttention.Turning;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.encoder.family.BertEmbeddings.Tables;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;

/** RoFormer (Su et al. 2021, arXiv:2104.09864): BERT whose queries and keys turn by their places. */
public final class RoFormer implements TextEncoder {

    @Override
    public List<String> modelTypes() {
        return List.of("roformer");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        config.require("is_decoder", "false");
        config.require("rotary_value", "false");
        Weights base = network.weights().base("roformer");
        long narrow = embeddingWidth(config);
        long hidden = config.size("hidden_size");
        Embedded embedded = embeddings(config, base.under("embeddings"), narrow).emit(network, null);
        Value x = narrow == hidden
                ? embedded.states()
                : network.layers()
                        .at("embeddings_project")
                        .linear(embedded.states(), base.linear("embeddings_project", narrow, hidden));
        Turning turning = Turning.by(rotary(network, BertLayers.width(config).width()));
        return new Encoded(base, embedded, BertLayers.emit(network, base, x, Optional.of(turning)));
    }

    @Override
    public MaskedLm maskedLm(Network network) {
        return MaskedLm.ofBert(network, embeddingWidth(network.config()));
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        Activation activation = network.config().activation("hidden_act", Activation.GELU);
        return ClassificationHead.of(network, activation).scores(network, encoded.states());
    }

    private static BertEmbeddings embeddings(Settings config, Weights w, long width) {
        Tables tables = new Tables(
                BertEmbeddings.words(config, w, width),
                null,
                w.tensor("token_type_embeddings.weight", config.size("type_vocab_size", 2), width));
        return new BertEmbeddings(
                w, tables, null, w.layerNorm("LayerNorm", width, config.number("layer_norm_eps", BertLayers.EPSILON)));
    }

    /** Tables of all places, as exact as doubles are; the fused operator takes the rows that it needs. */
    private static Rotary rotary(Network network, long width) {
        Layers layers = network.layers().at("encoder.embed_positions");
        long places = network.config().size("max_position_embeddings");
        if (width % 2 != 0) {
            throw network.config()
                    .contradiction("hidden_size / num_attention_heads is %d: expected an even number".formatted(width));
        }
        Value sin = layers.ops().constant("sin", SinusoidalPlaces.sines(places, width));
        Value cos = layers.ops().constant("cos", SinusoidalPlaces.cosines(places, width));
        if (layers.fused()) {
            return new Rotary(cos, sin, Pairs.NEIGHBOURS);
        }
        Value rows = network.attention().positions(layers, network.inputIds());
        return new Rotary(layers.lookup(cos, rows), layers.lookup(sin, rows), Pairs.NEIGHBOURS);
    }

    private static long embeddingWidth(Settings config) {
        return config.has("embedding_size") ? config.size("embedding_size") : config.size("hidden_size");
    }
}
