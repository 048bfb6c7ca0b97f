package io.sinter.finetune;

import io.sinter.inference.EncoderPorts;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import java.util.Objects;

/** Finds the scores of tokens in a graph. */
final class TokenScores {

    private static final String LOGITS = "logits";
    private static final int RANK = 3;

    private TokenScores() {}

    /**
     * The output {@code logits} {@code [B, S, V]}.
     *
     * @param where the model, for messages
     * @throws io.sinter.error.UnsupportedException if there is none
     */
    static Value in(Model model, String where) {
        String name = EncoderPorts.logits(
                        where, SentenceValue.ports(model.graph().outputs()), LOGITS, RANK)
                .name();
        return Objects.requireNonNull(model.graph().value(name));
    }
}
