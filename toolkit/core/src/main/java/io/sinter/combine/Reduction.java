package io.sinter.combine;

import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Brings what was combined to a smaller width. Row-wise and rank-polymorphic, as a {@link Combiner}. */
public sealed interface Reduction {

    /** What the names of a reduction's parameters start with. */
    String PREFIX = "reduction.";

    /** Width of the result. */
    long width();

    /**
     * The parameters that this reduction needs.
     *
     * @param from width of what was combined
     * @throws IncompatibleException if it cannot be brought to {@link #width}, with the fix
     */
    List<ParameterSpec> parameters(long from);

    /**
     * Emits the nodes.
     *
     * @param combined a float32 value {@code [..., from]}
     */
    Value reduce(Ops ops, Value combined, Map<String, Value> parameters);

    /**
     * Projection on principal components: (x − mean) Wᵀ.
     *
     * <p>Parameters, fitted: {@code reduction.mean} {@code [from]} and {@code reduction.components}
     * {@code [width, from]}, a component a row.
     *
     * @param width of the result: how many components
     */
    record Pca(long width) implements Reduction {

        /** Checks the width. */
        public Pca {
            Widths.requirePositive("dimension: to", width);
        }

        @Override
        public List<ParameterSpec> parameters(long from) {
            if (from < width) {
                throw new IncompatibleException(
                        "dimension: pca: vectors of width %d have no %d principal components: expected a width of at most %d"
                                .formatted(from, width, from));
            }
            return List.of(
                    new ParameterSpec(PREFIX + "mean", List.of(from), from, Pca::unfitted),
                    ParameterSpec.weight(PREFIX + "components", width, from, Pca::unfitted));
        }

        @Override
        public Value reduce(Ops ops, Value combined, Map<String, Value> parameters) {
            Value centred = ops.sub(combined, Layers.parameter(parameters, PREFIX + "mean"));
            Value components = Layers.parameter(parameters, PREFIX + "components");
            return ops.matMul(centred, ops.transpose(components, 1, 0));
        }

        private static TensorData unfitted() {
            throw new IncompatibleException(
                    "dimension: pca: principal components are fitted to the tables, not initialised; use `by: linear` with `init`");
        }
    }

    /**
     * A linear layer: W x + b.
     *
     * <p>Parameters: {@code reduction.weight} {@code [width, from]} and {@code reduction.bias} {@code [width]}.
     * {@code init: average} needs {@code from} to be a multiple of the width and averages the blocks: after a
     * concatenation of N models of this width that is their plain average.
     *
     * @param width of the result
     */
    record Projection(long width) implements Reduction {

        /** Checks the width. */
        public Projection {
            Widths.requirePositive("dimension: to", width);
        }

        @Override
        public List<ParameterSpec> parameters(long from) {
            return List.of(
                    ParameterSpec.weight(PREFIX + "weight", width, from, () -> average(from)),
                    ParameterSpec.bias(PREFIX + "bias", width, from));
        }

        @Override
        public Value reduce(Ops ops, Value combined, Map<String, Value> parameters) {
            return Layers.linear(ops, combined, PREFIX, parameters);
        }

        private TensorData average(long from) {
            if (from % width != 0) {
                throw new IncompatibleException(
                        "dimension: linear: init: average: width %d does not divide the combined width %d; fit the reduction, or take it from a file"
                                .formatted(width, from));
            }
            return Start.blockMean(width, Collections.nCopies(Math.toIntExact(from / width), width));
        }
    }
}
