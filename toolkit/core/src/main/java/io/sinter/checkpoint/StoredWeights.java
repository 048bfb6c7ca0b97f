package io.sinter.checkpoint;

import io.sinter.safetensors.Checkpoint;
import io.sinter.tensor.TensorData;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The tensors of safetensors files.
 *
 * @param checkpoint the files
 */
public record StoredWeights(Checkpoint checkpoint) implements ModelWeights {

    @Override
    public SequencedSet<String> names() {
        return checkpoint.names();
    }

    @Override
    public Optional<Spec> find(String name) {
        return checkpoint.find(name).map(Spec::of);
    }

    @Override
    public TensorData read(String name, Scratch scratch) {
        return checkpoint.tensor(name);
    }
}
