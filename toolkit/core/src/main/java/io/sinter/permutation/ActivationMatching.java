package io.sinter.permutation;

import io.sinter.linalg.Matrix;
import java.util.Map;

/**
 * Matches the units of a model to those of a reference by how they go together in texts: the permutations for which the sum of
 * the correlations of units that stand at one place is greatest. Kinds of units do not depend on each other, so that one exact
 * assignment of each is the optimum. Sources: Li et al., "Convergent learning", 2016; Stoica et al., "ZipIt!", 2024, section 4;
 * for transformers Verma and Elbayad, "Merging text transformer models from different initializations", 2024.
 */
public final class ActivationMatching {

    private ActivationMatching() {}

    /**
     * The permutations that bring a model's units to those that they go together with.
     *
     * @param correlations element i, j: of the reference's unit i with the model's unit j, summed where units are seen in
     *     several places; of all units of the map
     */
    public static Permutations of(UnitMap map, Map<Units, Matrix> correlations) {
        UnitPlaces places = new UnitPlaces(map);
        for (Units units : places.order()) {
            places.improve(units, wanted -> {
                Matrix found = correlations.get(wanted);
                if (found == null) {
                    throw new IllegalArgumentException("no correlations of " + wanted);
                }
                return found;
            });
        }
        return places.permutations();
    }
}
