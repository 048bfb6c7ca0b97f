package io.sinter.encoder.family;

import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Block;
import io.sinter.encoder.DisentangledAttention;
import io.sinter.encoder.DisentangledAttention.Positions;
import io.sinter.encoder.DisentangledAttention.Rows;
import io.sinter.encoder.Distances;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Linear.Layout;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the attentions of all layers of a DeBERTa share.
 *
 * @param config whose names and types of attention they have
 * @param width of heads, and the scale
 * @param rows of distances, or null where only contents count
 * @param allowed which keys a query sees
 */
record DebertaAttention(
        Settings config, Width width, @Nullable Rows rows, Value allowed) {

    private static final String CONTENT_TO_POSITION = "c2p";
    private static final String POSITION_TO_CONTENT = "p2c";

    /** Emits what they share. */
    static DebertaAttention of(Network network, Weights encoder) {
        Settings config = network.config();
        Layers layers = network.layers().at("encoder");
        Width usual = BertLayers.width(config);
        if (config.size("attention_head_size", usual.width()) != usual.width()) {
            throw config.unsupported("attention_head_size", "hidden_size / num_attention_heads, " + usual.width());
        }
        double summands = 1.0 + types(config).size();
        Width width = new Width(usual.heads(), usual.heads(), usual.width(), 1 / Math.sqrt(usual.width() * summands));
        Rows rows = config.flag("relative_attention", false) ? rows(network, layers, encoder) : null;
        return new DebertaAttention(config, width, rows, DebertaMask.ofPairs(network, layers));
    }

    private static Rows rows(Network network, Layers layers, Weights encoder) {
        Settings config = network.config();
        long hidden = config.size("hidden_size");
        DebertaDistances distances = DebertaDistances.of(config);
        String name = "rel_embeddings.weight";
        Value table = layers.weight(encoder.name(name), encoder.tensor(name, distances.rows(), hidden));
        boolean normed = List.of(config.text("norm_rel_ebd", "none")
                        .toLowerCase(Locale.ROOT)
                        .split("\\s*\\|\\s*"))
                .contains("layer_norm");
        Value vectors = normed && !first(config)
                ? layers.norm(table, encoder.layerNorm("LayerNorm", hidden, Deberta.epsilon(config)))
                : table;
        long limit = distances.limit();
        Value row = layers.ops()
                .gather(
                        layers.ops().constant("rows", Distances.table(limit, distances::row)),
                        Distances.of(network, layers, limit),
                        0);
        return Rows.of(network, layers, vectors, distances.rows(), row);
    }

    /** A layer's. */
    Block block(Weights layer) {
        Weights w = layer.under("attention.self");
        long hidden = config.size("hidden_size");
        Linear output = layer.linear("attention.output.dense", hidden, hidden);
        List<Linear> projections = first(config)
                ? packed(w, hidden)
                : List.of(
                        w.linear("query_proj", hidden, hidden),
                        w.linear("key_proj", hidden, hidden),
                        w.linear("value_proj", hidden, hidden));
        return new DisentangledAttention(projections, output, width, positions(w, projections), allowed);
    }

    private @Nullable Positions positions(Weights w, List<Linear> projections) {
        if (rows == null) {
            return null;
        }
        long hidden = config.size("hidden_size");
        boolean keys = types(config).contains(CONTENT_TO_POSITION);
        boolean queries = types(config).contains(POSITION_TO_CONTENT);
        if (first(config)) {
            return new Positions(
                    rows,
                    keys ? w.linear("pos_proj", hidden, hidden, Bias.WITHOUT) : null,
                    queries ? w.linear("pos_q_proj", hidden, hidden) : null);
        }
        if (config.flag("share_att_key", false)) {
            return new Positions(rows, keys ? projections.get(1) : null, queries ? projections.get(0) : null);
        }
        return new Positions(
                rows,
                keys ? w.linear("pos_key_proj", hidden, hidden) : null,
                queries ? w.linear("pos_query_proj", hidden, hidden) : null);
    }

    /** DeBERTa's one projection, whose outputs are each head's query, key and value in turn; keys have no bias. */
    private List<Linear> packed(Weights w, long hidden) {
        TensorData all = w.tensor("in_proj.weight", 3 * hidden, hidden);
        return List.of(
                new Linear(w.name("in_proj.query"), part(all, 0), Layout.OUT_IN, w.zeros("q_bias", hidden)),
                new Linear(w.name("in_proj.key"), part(all, 1), Layout.OUT_IN, null),
                new Linear(w.name("in_proj.value"), part(all, 2), Layout.OUT_IN, w.zeros("v_bias", hidden)));
    }

    private TensorData part(TensorData all, long which) {
        long each = width.width();
        TensorData part = TensorData.allocate(all.dtype(), List.of(all.dim(0) / 3, all.dim(1)));
        for (long head = 0; head < width.heads(); head++) {
            long from = (3 * head + which) * each;
            part.rows(head * each, (head + 1) * each)
                    .data()
                    .copyFrom(all.rows(from, from + each).data());
        }
        return part;
    }

    private static boolean first(Settings config) {
        return config.text("model_type", "").equals("deberta");
    }

    /** {@code pos_att_type}: a list, or names with bars between them. */
    private static List<String> types(Settings config) {
        String key = "pos_att_type";
        List<String> types = config.raw(key).isString()
                ? Arrays.stream(config.text(key, "").toLowerCase(Locale.ROOT).split("\\|"))
                        .map(String::strip)
                        .toList()
                : config.texts(key);
        if (!List.of(CONTENT_TO_POSITION, POSITION_TO_CONTENT).containsAll(types)
                || Set.copyOf(types).size() < types.size()) {
            throw config.unsupported(key, "c2p, p2c or both");
        }
        return types;
    }
}
