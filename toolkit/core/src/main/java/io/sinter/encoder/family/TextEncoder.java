package io.sinter.encoder.family;

import io.sinter.encoder.Architecture;
import io.sinter.encoder.Head;
import io.sinter.encoder.Network;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;

/** A family of text encoders with the usual heads: each says what its parts are called and made of. */
interface TextEncoder extends Architecture {

    /**
     * An encoder's result.
     *
     * @param base the weights without those of heads
     * @param embedded what went into the layers, and the table
     * @param states what came out, {@code [B, S, h]}
     */
    record Encoded(Weights base, Embedded embedded, Value states) {}

    /** Emits embeddings and layers. */
    Encoded encode(Network network);

    /** The vector of the whole text that the encoder itself makes; nothing where the checkpoint has no pooler. */
    default Optional<Value> pooled(Network network, Encoded encoded) {
        return Optional.empty();
    }

    /** The head that predicts masked tokens. */
    MaskedLm maskedLm(Network network);

    /** Emits the scores of classes, {@code [B, classes]}. */
    Value classScores(Network network, Encoded encoded);

    @Override
    default List<Head> heads() {
        return List.of(Head.NONE, Head.MASKED_LM, Head.CLASSIFICATION);
    }

    @Override
    default void emit(Network network) {
        Encoded encoded = encode(network);
        switch (network.head()) {
            case NONE -> {
                network.output("last_hidden_state", encoded.states());
                pooled(network, encoded).ifPresent(pooled -> network.output("pooler_output", pooled));
            }
            case MASKED_LM -> {
                network.output("logits", maskedLm(network).scores(network, encoded.states(), encoded.embedded()));
                network.output("last_hidden_state", encoded.states());
            }
            case CLASSIFICATION -> {
                network.output("logits", classScores(network, encoded));
                network.output("last_hidden_state", encoded.states());
            }
            case CAUSAL_LM -> throw new IllegalStateException("not among heads()");
        }
    }
}
