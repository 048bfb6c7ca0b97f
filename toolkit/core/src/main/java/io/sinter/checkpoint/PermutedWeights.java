package io.sinter.checkpoint;

import io.sinter.permutation.Permutations;
import io.sinter.permutation.TensorUnits;
import io.sinter.permutation.UnitMap;
import io.sinter.tensor.TensorData;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Weights whose units have changed places.
 *
 * @param weights as they are stored
 * @param map which units each tensor has
 * @param permutations the new places
 */
record PermutedWeights(ModelWeights weights, UnitMap map, Permutations permutations) implements ModelWeights {

    @Override
    public SequencedSet<String> names() {
        return weights.names();
    }

    @Override
    public Optional<Spec> find(String name) {
        return weights.find(name);
    }

    @Override
    public boolean isThere() {
        return weights.isThere();
    }

    @Override
    public boolean isStored(String name) {
        return weights.isStored(name) && !moves(name);
    }

    private boolean moves(String name) {
        TensorUnits units = map.tensors().get(name);
        return units != null && permutations.moves(units);
    }

    @Override
    public TensorData read(String name, Scratch scratch) {
        TensorUnits units = map.tensors().get(name);
        TensorData stored = weights.read(name, scratch);
        if (units == null || !permutations.moves(units)) {
            return stored;
        }
        TensorData moved = scratch.allocate(stored.dtype(), stored.shape());
        permutations.into(stored, units, moved);
        return moved;
    }
}
