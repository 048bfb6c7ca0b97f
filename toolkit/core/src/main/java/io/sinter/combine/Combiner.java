package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;

/**
 * A way to make one vector of N, row by row: emits the ONNX nodes that compute it. Implemented by records, whose components
 * are the keys that a recipe takes; {@link Combiners} lists them.
 *
 * <p><b>Contract.</b> A combiner is row-wise and rank-polymorphic: sources have shapes {@code [..., dᵢ]} with equal
 * leading extents, the result has {@code [..., outputWidth]}, its row r depends on row r of each source and on the
 * parameters alone, and only the last axis is reduced. So one definition serves whole tables ({@code [V, d]}), looked-up
 * rows ({@code [B, S, d]}) and pooled vectors ({@code [B, d]}), and looking up a combined table equals combining what
 * was looked up. No randomness, no whole-table statistics: those are fitted before and passed as parameters. What needs
 * the rest of the text is a {@link ContextCombiner}.
 */
public non-sealed interface Combiner extends CombineMethod {

    /**
     * The weights of a result that is a weighted sum of the sources and nothing else, so that what absent sources would weigh
     * can be given to the others; empty for every other result.
     *
     * @param sources how many there are
     */
    default List<Double> weights(int sources) {
        return List.of();
    }

    /**
     * Emits the nodes.
     *
     * @param ops where to
     * @param sources float32 values {@code [..., dᵢ]}
     * @param parameters a value for each of {@link #parameters}, by name
     * @return a float32 value {@code [..., outputWidth]}
     */
    Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters);
}
