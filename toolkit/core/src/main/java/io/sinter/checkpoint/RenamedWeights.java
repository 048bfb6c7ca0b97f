package io.sinter.checkpoint;

import io.sinter.tensor.TensorData;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Weights under other names.
 *
 * @param weights under their own names
 * @param ownNames own names by the others
 */
record RenamedWeights(ModelWeights weights, Map<String, String> ownNames) implements ModelWeights {

    @Override
    public SequencedSet<String> names() {
        return new LinkedHashSet<>(ownNames.keySet());
    }

    @Override
    public Optional<Spec> find(String name) {
        return Optional.ofNullable(ownNames.get(name)).flatMap(weights::find);
    }

    @Override
    public TensorData read(String name, Scratch scratch) {
        return weights.read(ownNames.getOrDefault(name, name), scratch);
    }

    @Override
    public boolean isThere() {
        return weights.isThere();
    }

    @Override
    public boolean isStored(String name) {
        return weights.isStored(ownNames.getOrDefault(name, name));
    }
}
