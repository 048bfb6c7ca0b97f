package io.sinter.encoder.family;

import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps.Residual;
import io.sinter.onnx.op.MicrosoftOps.Tables;
import io.sinter.onnx.op.MicrosoftOps.Tokens;

/**
 * The sum of a token's row and its place's, the places being 0, 1, 2, … */
record TokenEmbeddings(Table tokens, Table places) {

    /** Reads {@code token_embedding} and {@code position_embedding}. */
    static TokenEmbeddings of(Weights w, long tokens, long places, long hidden) {
        return new TokenEmbeddings(
                Table.of(w, "token_embedding", tokens, hidden), Table.of(w, "position_embedding", places, hidden));
    }

    /** Emits the sum {@code [B, S, h]} and the norm of it. */
    Residual emit(Network network, Layers layers, Norm norm) {
        Value tokenTable = tokens.in(layers);
        Value placeTable = places.in(layers);
        Value ids = network.inputIds();
        if (layers.fused()) {
            return layers.microsoft()
                    .embedLayerNormalizationAndSum(
                            new Tokens(layers.asInt32(ids), null, null),
                            new Tables(tokenTable, placeTable, null),
                            layers.fusedNorm(norm));
        }
        Value rows = layers.lookup(placeTable, network.attention().positions(layers, ids));
        Value sum = layers.ops().add(layers.lookup(tokenTable, ids), rows);
        return new Residual(layers.norm(sum, norm), sum);
    }
}
