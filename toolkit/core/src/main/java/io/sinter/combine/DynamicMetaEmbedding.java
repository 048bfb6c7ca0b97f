package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Dynamic meta-embeddings (Kiela, Wang and Cho, "Dynamic Meta-Embeddings for Improved Sentence Representations", EMNLP
 * 2018): x′ᵢ = Pᵢ xᵢ + bᵢ, and the result is Σ φ(a · x′ᵢ + b) x′ᵢ, where φ is the softmax over the sources, or a sigmoid
 * for each. So every token has weights of its own. Sources may have any widths.
 *
 * <p>Parameters, as in a PyTorch module with {@code projectors = nn.ModuleList} of {@code nn.Linear} and
 * {@code attn_1 = nn.Linear(width, 1)}: {@code projectors.0.weight} {@code [width, d₁]}, {@code projectors.0.bias}, …,
 * {@code attn_1.weight} {@code [1, width]} (a), {@code attn_1.bias} {@code [1]} (b). The authors' code has two linear layers
 * for the score with nothing between them: their product is this one. {@code init: average}, for sources of the width,
 * makes projections the identity (times 2/N with sigmoids, which start at ½) and scores 0.
 *
 * @param width of the projections and the result; null takes the first source's
 * @param activation φ; softmax if not given
 */
public record DynamicMetaEmbedding(
        @Nullable Long width, @Nullable Activation activation) implements Combiner {

    /**
     * Checks the width.
     *
     * @throws io.sinter.error.RecipeException if it is less than 1
     */
    public DynamicMetaEmbedding {
        Widths.requirePositive("combine: dynamic-meta-embedding: width", width);
    }

    @Override
    public long outputWidth(List<Long> widths) {
        return projectors().outputWidth(widths);
    }

    @Override
    public List<ParameterSpec> parameters(List<Long> widths) {
        List<ParameterSpec> specs = new ArrayList<>(projectors().parameters(widths));
        specs.addAll(Projectors.scoreParameters(outputWidth(widths)));
        return specs;
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        Value projected = projectors().project(ops, sources, parameters);
        return projectors().mix(ops, projected, Projectors.scores(ops, projected, parameters));
    }

    private Projectors projectors() {
        return new Projectors(method(), width, activation == null ? Activation.SOFTMAX : activation);
    }
}
