package io.sinter.merge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sinter.linalg.FitQuality;
import org.jspecify.annotations.Nullable;

/**
 * How well a model was brought to another width or space.
 *
 * @param model its name in the recipe
 * @param method {@code ridge}, {@code procrustes}, ...
 * @param rows how many shared tokens it was fitted on
 * @param condition largest over smallest singular value of those rows; absent where they do not span the width
 * @param residual length of what is left of the target's rows, relative to them; absent where there is no target
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WidthFit(
        String model,
        String method,
        int rows,
        @Nullable Double condition,
        @Nullable Double residual) {

    static WidthFit of(String model, String method, FitQuality quality) {
        return new WidthFit(model, method, quality.rows(), finite(quality.condition()), finite(quality.residual()));
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** In words. */
    public String describe() {
        return "%s by %s on %,d shared tokens: %s%s"
                .formatted(
                        model,
                        method,
                        rows,
                        condition == null ? "their rows do not span the width" : "condition %.3g".formatted(condition),
                        residual == null ? "" : ", residual %.4f".formatted(residual));
    }
}
