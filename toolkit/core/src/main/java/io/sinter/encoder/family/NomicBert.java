package io.sinter.encoder.family;

import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.PostNormLayer;
import io.sinter.encoder.Rotary;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.SelfAttention.Turning;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * NomicBERT (Nussbaum et al. 2024, arXiv:2402.01613): BERT with rotary positions and a gated feed-forward. Both kinds of
 * configuration are read, transformers' and the original with GPT-2's keys.
 */
public final class NomicBert implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("nomic_bert");
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE, Head.MASKED_LM, Head.CLASSIFICATION);
    }

    @Override
    public void emit(Network network) {
        NomicBertSettings settings = NomicBertSettings.of(network.config());
        Weights base = base(network.weights());
        Layers layers = network.layers().at("embeddings");
        Table words = Table.of(
                base,
                "embeddings.word_embeddings",
                settings.sizes().tokens(),
                settings.sizes().hidden());
        Value state = embedded(network, layers, base, settings, words);
        Value places = network.attention().positions(layers, network.inputIds());
        Rotary rotary = settings.rope().emit(network.layers().at("rotary_emb"), places);
        for (long i = 0; i < settings.sizes().layers(); i++) {
            state = layer(network, base.under("encoder.layers." + i), settings, state, rotary);
        }
        Value states = state;
        switch (network.head()) {
            case NONE -> {}
            case MASKED_LM -> network.output("logits", vocabularyScores(network, settings, states, words));
            case CLASSIFICATION -> network.output("logits", classScores(network, base, settings, states));
            case CAUSAL_LM -> throw new IllegalStateException("not among heads()");
        }
        network.output("last_hidden_state", states);
    }

    /** The original calls it {@code bert}. */
    private static Weights base(Weights weights) {
        Weights base = weights.base("nomic_bert");
        return base.equals(weights) ? weights.base("bert") : base;
    }

    private static Value embedded(
            Network network, Layers layers, Weights base, NomicBertSettings settings, Table table) {
        Norm norm = base.layerNorm("emb_ln", settings.sizes().hidden(), settings.epsilon());
        Value words = layers.lookup(table.in(layers), network.inputIds());
        if (settings.sizes().types() == 0) {
            return layers.norm(words, norm);
        }
        String name = "embeddings.token_type_embeddings.weight";
        TensorData types =
                base.tensor(name, settings.sizes().types(), settings.sizes().hidden());
        if (settings.sizes().types() == 1 || network.tokenTypeIds().isEmpty()) {
            Value first = layers.weight(base.name(name) + ".first", types.rows(0, 1));
            return layers.norm(layers.ops().add(words, first), norm);
        }
        Value rows = layers.lookup(
                layers.weight(base.name(name), types), network.tokenTypeIds().orElseThrow());
        return layers.residual(words, rows, norm).output();
    }

    private static Value layer(Network network, Weights w, NomicBertSettings settings, Value x, Rotary rotary) {
        long hidden = settings.sizes().hidden();
        Layers layers = network.layers().at(w.path());
        Width width = settings.width();
        long all = width.heads() * width.width();
        SelfAttention attention = new SelfAttention(
                List.of(w.linear("attn.Wqkv", hidden, 3 * all, settings.attention())),
                w.linear("attn.out_proj", all, hidden, settings.attention()),
                width,
                Visibility.of(network.attentionMask()),
                Turning.by(rotary));
        return new PostNormLayer(
                        attention,
                        w.layerNorm("norm1", hidden, settings.epsilon()),
                        settings.mlp().of(w.under("mlp"), hidden),
                        w.layerNorm("norm2", hidden, settings.epsilon()))
                .emit(network, layers, x);
    }

    private static Value vocabularyScores(Network network, NomicBertSettings settings, Value states, Table words) {
        long hidden = settings.sizes().hidden();
        Weights w = network.weights().under("cls.predictions");
        MaskedLm head = MaskedLm.of(
                w,
                w.linear("transform.dense", hidden, hidden),
                settings.mlp().activation(),
                w.layerNorm("transform.layer_norm", hidden, settings.epsilon()));
        return head.scores(network, states, new Embedded(states, words));
    }

    private static Value classScores(Network network, Weights base, NomicBertSettings settings, Value states) {
        Value pooled = Pooler.DENSE.emit(network, base, states, settings.sizes().hidden());
        long classes = Classes.count(network.config());
        return network.layers()
                .at("classifier")
                .linear(
                        pooled,
                        network.weights().linear("classifier", settings.sizes().hidden(), classes));
    }
}
