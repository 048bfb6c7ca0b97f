package io.sinter.merge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.linalg.FitQuality;
import io.sinter.linalg.PcaFit;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How well a model, or the concatenation of all, was brought to another width or space.
 *
 * @param model its name in the recipe; absent where all were brought there together
 * @param method {@code ridge}, {@code procrustes}, {@code svd}, ...
 * @param rows how many it was fitted on
 * @param of what these are: {@code shared tokens} or {@code texts}
 * @param condition largest over smallest singular value of those rows; absent where they do not span the width, and where
 *     all were brought there together
 * @param residual length of what is left of the target's rows, relative to them; absent where there is no target
 * @param explainedVariance share of the rows' variance (about the origin, for {@code svd}) that is kept; absent where each
 *     model has its own map
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WidthFit(
        @Nullable String model,
        String method,
        int rows,
        String of,
        @Nullable Double condition,
        @Nullable Double residual,
        @JsonProperty("explained_variance") @Nullable Double explainedVariance) {

    static WidthFit of(String model, String method, String of, FitQuality quality) {
        return new WidthFit(
                model, method, quality.rows(), of, finite(quality.condition()), finite(quality.residual()), null);
    }

    static WidthFit of(String method, String of, PcaFit fit, int rows) {
        double[] shares = fit.explainedVarianceRatio().data().toArray(TensorData.F64);
        return new WidthFit(
                null, method, rows, of, null, null, Arrays.stream(shares).sum());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** In words. */
    public String describe() {
        return "%s by %s on %,d %s: %s"
                .formatted(
                        model == null ? "the concatenation" : model,
                        method,
                        rows,
                        of,
                        explainedVariance == null
                                ? quality()
                                : "%.4f of the variance is kept".formatted(explainedVariance));
    }

    private String quality() {
        return (condition == null ? "their rows do not span the width" : "condition %.3g".formatted(condition))
                + (residual == null ? "" : ", residual %.4f".formatted(residual));
    }
}
