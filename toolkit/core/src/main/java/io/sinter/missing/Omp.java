package io.sinter.missing;

import io.sinter.error.RecipeException;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.OrthogonalMatchingPursuit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Orthogonal matching pursuit: a missing token's guide row is written as a combination of at most k shared tokens' guide
 * rows, and the same combination of their own rows is the new row (Goddard and Fernandes Neto, "Training-free tokenizer
 * transplantation via orthogonal matching pursuit", 2025). How the combination is found:
 * {@link OrthogonalMatchingPursuit}.
 *
 * @param k how many shared tokens at most; 64 if null
 */
public record Omp(@Nullable Integer k) implements MissingRows {

    private static final int USUAL = 64;

    /**
     * Checks k.
     *
     * @throws RecipeException if it is below 1
     */
    public Omp {
        Neighbours.requireAtLeastOne("omp", k);
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SHARED);
    }

    @Override
    public Matrix fill(Lack lack) {
        lack.requireShared(method());
        return OrthogonalMatchingPursuit.fit(lack.guidePoints(), lack.targets(), k == null ? USUAL : k)
                .times(lack.ownPoints());
    }
}
