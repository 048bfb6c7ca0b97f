package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;

/**
 * A way to make one vector of N for each token of a text, with the whole text in view: emits the ONNX nodes that compute it.
 * Implemented by records, whose components are the keys that a recipe takes; {@link ContextCombiners} lists them.
 *
 * <p><b>Contract.</b> The result for a token depends on the sources at the tokens of its text, their order, and the
 * parameters. It does not depend on other texts of the batch, nor on padding: what stands where the mask is 0, how many
 * such places there are, and whether they come before, between or after the tokens. Where the mask is 0 the result is
 * finite and otherwise of no meaning. As no table holds such a result, these combiners are for {@code mode: live} and for
 * {@code level: token}.
 */
public non-sealed interface ContextCombiner extends CombineMethod {

    /**
     * Emits the nodes.
     *
     * @param ops where to
     * @param sources float32 values {@code [B, S, dᵢ]}
     * @param mask int64 {@code [B, S]}: 1 for tokens, 0 for padding
     * @param parameters a value for each of {@link #parameters}, by name
     * @return a float32 value {@code [B, S, outputWidth]}
     */
    Value combine(Ops ops, List<Value> sources, Value mask, Map<String, Value> parameters);
}
