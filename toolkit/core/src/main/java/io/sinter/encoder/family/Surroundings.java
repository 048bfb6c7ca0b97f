package io.sinter.encoder.family;

import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Rotary;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.SelfAttention.Turning;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the attention of layers of one type shares. */
record Surroundings(Width width, Visibility visibility, Rotary rotary) {

    /** Those of all types that occur. */
    static Map<LayerType, Surroundings> byType(List<LayerType> types, Function<LayerType, Surroundings> surroundings) {
        Map<LayerType, Surroundings> all = new EnumMap<>(LayerType.class);
        types.forEach(type -> all.computeIfAbsent(type, surroundings));
        return all;
    }

    /**
     * Attention whose projections are {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code o_proj}.
     *
     * @param hidden width of the model
     * @param bias of the first three
     * @param lastBias of the last
     */
    SelfAttention attention(Weights w, long hidden, Bias bias, Bias lastBias, Turning turning) {
        long all = width.heads() * width.width();
        long shared = width.keyHeads() * width.width();
        return new SelfAttention(
                List.of(
                        w.linear("q_proj", hidden, all, bias),
                        w.linear("k_proj", hidden, shared, bias),
                        w.linear("v_proj", hidden, shared, bias)),
                w.linear("o_proj", all, hidden, lastBias),
                width,
                visibility,
                turning);
    }
}
