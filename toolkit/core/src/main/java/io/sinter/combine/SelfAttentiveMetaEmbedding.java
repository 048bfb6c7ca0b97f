package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link ContextualizedDynamicMetaEmbedding} with attention over the text in the place of the LSTM, so that no step waits
 * for the one before: x′ᵢ = Pᵢ xᵢ + bᵢ, each source's x′ᵢ attend to one another across the tokens of the text (one head,
 * Vaswani et al. 2017), hᵢ = softmax(Q Kᵀ / √hidden) V, and the result is Σ φ(a · hᵢ + b) x′ᵢ, φ the softmax over the
 * sources or a sigmoid for each. The order of the tokens is seen only as far as the sources have it in them.
 *
 * <p>Parameters, with PyTorch's layouts: {@code projectors.0.weight} {@code [width, d₁]}, {@code projectors.0.bias}, …;
 * {@code attn_0.query.weight} {@code [hidden, width]}, {@code attn_0.query.bias} and the same of {@code key} and
 * {@code value}; {@code attn_1.weight} {@code [1, hidden]}, {@code attn_1.bias}. {@code init: average}, for sources of the
 * width, makes projections the identity (times 2/N with sigmoids) and scores 0; the attention starts with random numbers,
 * always the same, that change nothing and can still learn.
 *
 * @param width of the projections and the result; null takes the first source's
 * @param hidden width of queries, keys and values; 16 if not given
 * @param activation φ; softmax if not given
 */
public record SelfAttentiveMetaEmbedding(
        @Nullable Long width,
        @Nullable Long hidden,
        @Nullable Activation activation) implements ContextCombiner {

    private static final String ATTENTION = "attn_0.";

    /** The score of what is not to be seen: far below all others, and finite, so that texts of padding alone stay so. */
    private static final float HIDDEN_SCORE = -1e30f;

    /**
     * Checks the sizes.
     *
     * @throws io.sinter.error.RecipeException if one is less than 1
     */
    public SelfAttentiveMetaEmbedding {
        Widths.requirePositive("combine: self-attentive-meta-embedding: width", width);
        Widths.requirePositive("combine: self-attentive-meta-embedding: hidden", hidden);
    }

    @Override
    public long outputWidth(List<Long> widths) {
        return projectors().outputWidth(widths);
    }

    @Override
    public List<ParameterSpec> parameters(List<Long> widths) {
        long from = outputWidth(widths);
        List<ParameterSpec> specs = new ArrayList<>(projectors().parameters(widths));
        for (String part : List.of("query.", "key.", "value.")) {
            String weight = ATTENTION + part + "weight";
            List<Long> shape = List.of(units(), from);
            specs.add(new ParameterSpec(weight, shape, from, () -> Projectors.undecided(weight, shape, from)));
            specs.add(ParameterSpec.bias(ATTENTION + part + "bias", units(), from));
        }
        specs.addAll(Projectors.scoreParameters(units()));
        return specs;
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Value mask, Map<String, Value> parameters) {
        Value projected = projectors().project(ops, sources, parameters);
        // [B, S, N, d] -> [B, N, S, d]: each source of each text is a sequence of its own.
        Value sequences = ops.transpose(projected, 0, 2, 1, 3);
        Value scores = Projectors.scores(ops, attended(ops, sequences, mask, parameters), parameters);
        return projectors().mix(ops, projected, ops.transpose(scores, 0, 2, 1, 3));
    }

    private Value attended(Ops ops, Value sequences, Value mask, Map<String, Value> parameters) {
        Value scale = ops.constant("scale", TensorData.scalar((float) (1 / Math.sqrt((double) units()))));
        Value query = ops.mul(Layers.linear(ops, sequences, ATTENTION + "query.", parameters), scale);
        Value key = Layers.linear(ops, sequences, ATTENTION + "key.", parameters);
        Value value = Layers.linear(ops, sequences, ATTENTION + "value.", parameters);
        Value scores = ops.matMul(query, ops.transpose(key, 0, 1, 3, 2));
        Value seen = ops.unsqueeze(TokenMask.of(ops, mask).isToken(), 1, 2);
        Value hiddenScore = ops.constant("hidden", TensorData.scalar(HIDDEN_SCORE));
        return ops.matMul(ops.softmax(ops.where(seen, scores, hiddenScore), -1), value);
    }

    private long units() {
        return hidden == null ? 16 : hidden;
    }

    private Projectors projectors() {
        return new Projectors(method(), width, activation == null ? Activation.SOFTMAX : activation);
    }
}
