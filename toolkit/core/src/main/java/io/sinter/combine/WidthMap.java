package io.sinter.combine;

import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** Brings one source to another width before it is combined. Row-wise and rank-polymorphic, as a {@link Combiner}. */
public sealed interface WidthMap {

    /**
     * Width of the result.
     *
     * @param width of the source
     * @throws IncompatibleException if this map cannot bring a source of that width there, with the fix
     */
    long outputWidth(long width);

    /**
     * The parameters that this map needs.
     *
     * @param prefix what their names start with, such as {@code proj1.}
     * @param width of the source
     */
    List<ParameterSpec> parameters(String prefix, long width);

    /**
     * Emits the nodes.
     *
     * @param prefix what the parameters' names start with
     * @param source a float32 value {@code [..., width]}
     */
    Value map(Ops ops, String prefix, Value source, Map<String, Value> parameters);

    /** Leaves a source as it is. */
    record Keep() implements WidthMap {
        @Override
        public long outputWidth(long width) {
            return width;
        }

        @Override
        public List<ParameterSpec> parameters(String prefix, long width) {
            return List.of();
        }

        @Override
        public Value map(Ops ops, String prefix, Value source, Map<String, Value> parameters) {
            return source;
        }
    }

    /**
     * Takes off a mean: x − mean, of the same width.
     *
     * <p>Parameters, fitted: {@code mean} {@code [width]}.
     */
    record Centring() implements WidthMap {
        @Override
        public long outputWidth(long width) {
            return width;
        }

        @Override
        public List<ParameterSpec> parameters(String prefix, long width) {
            return List.of(new ParameterSpec(prefix + "mean", List.of(width), width, Centring::unfitted));
        }

        @Override
        public Value map(Ops ops, String prefix, Value source, Map<String, Value> parameters) {
            return ops.sub(source, Layers.parameter(parameters, prefix + "mean"));
        }

        private static TensorData unfitted() {
            throw new IncompatibleException("combine: centre_sources: means are fitted to vectors, not initialised");
        }
    }

    /**
     * Appends zeros.
     *
     * @param width of the result, at least the source's
     */
    record ZeroPad(long width) implements WidthMap {

        /** Checks the width. */
        public ZeroPad {
            Widths.requirePositive("dimension: to", width);
        }

        @Override
        public long outputWidth(long sourceWidth) {
            if (sourceWidth > width) {
                throw new IncompatibleException(
                        "dimension: zero-pad: cannot bring width %d to %d: expected at most %d; use `by: linear` or `by: pca`, or `to: %d`"
                                .formatted(sourceWidth, width, width, sourceWidth));
            }
            return width;
        }

        @Override
        public List<ParameterSpec> parameters(String prefix, long sourceWidth) {
            return List.of();
        }

        @Override
        public Value map(Ops ops, String prefix, Value source, Map<String, Value> parameters) {
            long missing = outputWidth(Widths.of(source)) - Widths.of(source);
            return missing == 0 ? source : pad(ops, source, missing);
        }

        private static Value pad(Ops ops, Value source, long missing) {
            TensorType type = source.type();
            if (type == null || type.shape() == null) {
                throw new IllegalArgumentException("source " + source + ": expected a known rank");
            }
            long[] pads = new long[2 * type.shape().rank()];
            pads[pads.length - 1] = missing;
            Value amounts = ops.constant("pads", TensorData.vector(pads));
            return ops.apply("Pad", List.of(source, amounts), Map.of("mode", Attribute.of("constant")));
        }
    }

    /**
     * A linear layer: W x + b. Learned and fitted maps (ridge, Procrustes, PCA of one model) are this with their own
     * matrix.
     *
     * <p>Parameters: {@code weight} {@code [width, source width]} and {@code bias} {@code [width]}. {@code init: average}
     * copies the source and appends zeros.
     *
     * @param width of the result
     */
    record Projection(long width) implements WidthMap {

        /** Checks the width. */
        public Projection {
            Widths.requirePositive("dimension: to", width);
        }

        @Override
        public long outputWidth(long sourceWidth) {
            return width;
        }

        @Override
        public List<ParameterSpec> parameters(String prefix, long sourceWidth) {
            return List.of(
                    ParameterSpec.weight(prefix + "weight", width, sourceWidth, () -> copies(sourceWidth)),
                    ParameterSpec.bias(prefix + "bias", width, sourceWidth));
        }

        @Override
        public Value map(Ops ops, String prefix, Value source, Map<String, Value> parameters) {
            return Layers.linear(ops, source, prefix, parameters);
        }

        private TensorData copies(long sourceWidth) {
            if (sourceWidth > width) {
                throw new IncompatibleException(
                        "dimension: linear: init: average: width %d does not hold a source of width %d: expected at least %d; fit the map, or take it from a file"
                                .formatted(width, sourceWidth, sourceWidth));
            }
            return Start.identity(width, sourceWidth);
        }
    }
}
