package io.sinter.encoder.family;

import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Tokens;
import io.sinter.tensor.TensorData;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sum of a word's, a position's and a type's row, normalised.
 *
 * @param weights with {@code word_embeddings}, {@code position_embeddings}, {@code token_type_embeddings}
 * @param tables their values
 * @param projection of the sum to the model's width, or null
 * @param norm over the sum, or what the projection makes of it
 */
record BertEmbeddings(
        Weights weights, Tables tables, @Nullable Linear projection, Norm norm) {

    /**
     * The tables' values.
     *
     * @param words {@code [V, d]}
     * @param positions {@code [P, d]}, or null where the family has none
     * @param types {@code [types, d]}, or null where the family has none
     */
    record Tables(
            TensorData words,
            @Nullable TensorData positions,
            @Nullable TensorData types) {}

    /**
     * What is computed, and the table, for heads that share it.
     *
     * @param states {@code [B, S, d]}
     * @param words {@code [V, d]}
     */
    record Embedded(Value states, Table words) {}

    /** BERT's, of that width. */
    static BertEmbeddings of(Settings config, Weights w, long width) {
        Tables tables = new Tables(
                words(config, w, width),
                w.tensor("position_embeddings.weight", config.size("max_position_embeddings"), width),
                w.tensor("token_type_embeddings.weight", config.size("type_vocab_size", 2), width));
        return new BertEmbeddings(
                w, tables, null, w.layerNorm("LayerNorm", width, config.number("layer_norm_eps", BertLayers.EPSILON)));
    }

    /** The words' table. */
    static TensorData words(Settings config, Weights w, long width) {
        return w.tensor("word_embeddings.weight", config.size("vocab_size"), width);
    }

    /**
     * Emits the lookup.
     *
     * @param places INT64 {@code [B, S]} rows of the positions' table, or null for 0, 1, 2, …
     */
    Embedded emit(Network network, @Nullable Value places) {
        Layers layers = network.layers().at("embeddings");
        Table words = new Table(weights.name("word_embeddings.weight"), tables.words);
        Value table = words.in(layers);
        TensorData types = tables.types;
        Value typeIds = types == null || types.dim(0) == 1
                ? null
                : network.tokenTypeIds().orElse(null);
        Value states = layers.fused() && tables.positions != null && projection == null
                ? fused(network, layers, table, places, typeIds)
                : plain(network, layers, table, places, typeIds);
        return new Embedded(states, words);
    }

    private Value plain(Network network, Layers layers, Value table, @Nullable Value places, @Nullable Value typeIds) {
        Value sum = layers.lookup(table, network.inputIds());
        if (tables.positions != null) {
            Value positionTable = layers.weight(weights.name("position_embeddings.weight"), tables.positions);
            Value rows = places == null ? network.attention().positions(layers, network.inputIds()) : places;
            sum = layers.ops().add(sum, layers.lookup(positionTable, rows));
        }
        if (tables.types == null) {
            return normed(layers, sum);
        }
        Value typeTable = layers.weight(weights.name("token_type_embeddings.weight"), tables.types);
        if (typeIds != null && projection == null) {
            return layers.residual(sum, layers.lookup(typeTable, typeIds), norm).output();
        }
        Value rows = layers.lookup(typeTable, typeIds == null ? layers.index(0) : typeIds);
        return normed(layers, layers.ops().add(sum, rows));
    }

    private Value normed(Layers layers, Value sum) {
        return layers.norm(projection == null ? sum : layers.linear(sum, projection), norm);
    }

    /** Where every token has type 0, its row is added to every position's beforehand. */
    private Value fused(Network network, Layers layers, Value table, @Nullable Value places, @Nullable Value typeIds) {
        TensorData positions = Objects.requireNonNull(tables.positions);
        TensorData types = tables.types;
        boolean folded = types != null && typeIds == null;
        Value positionTable = folded
                ? layers.weight(
                        weights.name("position_and_type_embeddings.weight"),
                        withFirst(positions, Objects.requireNonNull(types)))
                : layers.weight(weights.name("position_embeddings.weight"), positions);
        Value typeTable =
                types == null || folded ? null : layers.weight(weights.name("token_type_embeddings.weight"), types);
        Tokens tokens = new Tokens(
                layers.asInt32(network.inputIds()),
                typeIds == null ? null : layers.asInt32(typeIds),
                places == null ? null : layers.asInt32(places));
        return layers.microsoft()
                .embedLayerNormalization(
                        tokens, new MicrosoftOps.Tables(table, positionTable, typeTable), layers.fusedNorm(norm), null)
                .output();
    }

    private static TensorData withFirst(TensorData positions, TensorData types) {
        TensorData sum = TensorData.allocate(positions.dtype(), positions.shape());
        float[] type = types.rows(0, 1).toFloatArray();
        for (long i = 0; i < sum.elementCount(); i++) {
            float value = positions.data().get(TensorData.F32, i * Float.BYTES) + type[(int) (i % type.length)];
            sum.data().set(TensorData.F32, i * Float.BYTES, value);
        }
        return sum;
    }
}
