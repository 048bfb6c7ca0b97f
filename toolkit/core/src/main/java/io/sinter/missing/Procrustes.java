package io.sinter.missing;

import io.sinter.linalg.Matrix;
import io.sinter.linalg.ProcrustesOptions;
import io.sinter.linalg.ProcrustesOptions.Centring;
import io.sinter.linalg.ProcrustesOptions.Orientation;
import io.sinter.linalg.ProcrustesOptions.Scaling;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The guide's rows turned into the own space by the map that fits the shared tokens best
 * ({@link io.sinter.linalg.Procrustes}).
 *
 * @param scaling whether the map stretches; {@link Scaling#UNIFORM} if null
 * @param centring what it turns about; {@link Centring#MEAN} if null
 */
public record Procrustes(
        @Nullable Scaling scaling, @Nullable Centring centring) implements MissingRows {

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SHARED);
    }

    @Override
    public Matrix fill(Lack lack) {
        lack.requireShared(method());
        ProcrustesOptions options = new ProcrustesOptions(
                scaling == null ? Scaling.UNIFORM : scaling,
                centring == null ? Centring.MEAN : centring,
                Orientation.ANY);
        return lack.followed(
                io.sinter.linalg.Procrustes.fit(lack.guidePoints(), lack.tableOf(lack.ownPoints()), options)
                        .apply(lack.targets()));
    }
}
