package io.sinter.missing;

import io.sinter.error.RecipeException;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.Ridge.Intercept;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The guide's rows through the linear map that predicts the shared tokens' own rows best ({@link io.sinter.linalg.Ridge}),
 * with an intercept.
 *
 * @param alpha the penalty relative to the mean variance of the guide's columns: 1 halves the weight of a direction that has
 *     it; 0.001 if null
 */
public record Ridge(@Nullable Double alpha) implements MissingRows {

    private static final double USUAL = 1e-3;

    /**
     * Checks the penalty.
     *
     * @throws RecipeException if it is negative or not finite
     */
    public Ridge {
        if (alpha != null) {
            io.sinter.linalg.Ridge.requirePenalty(alpha);
        }
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SHARED);
    }

    @Override
    public Matrix fill(Lack lack) {
        int shared = lack.requireShared(method());
        Matrix points = lack.guidePoints();
        double[] deviation = ColumnStatistics.of(points).deviation();
        double variance = 0;
        for (double d : deviation) {
            variance += d * d / deviation.length;
        }
        double penalty = (alpha == null ? USUAL : alpha) * variance * shared;
        return io.sinter.linalg.Ridge.fit(points, lack.ownPoints(), penalty, Intercept.FITTED)
                .apply(lack.targets());
    }
}
