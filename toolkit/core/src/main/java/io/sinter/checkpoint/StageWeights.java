package io.sinter.checkpoint;

import io.sinter.safetensors.Checkpoint;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** The result of another merge of the recipe: known when it is planned, there when it has been written. */
final class StageWeights implements ModelWeights {

    private final Map<String, Spec> specs = new LinkedHashMap<>();
    private volatile @Nullable Checkpoint checkpoint;

    StageWeights(List<PlannedTensor> tensors) {
        tensors.forEach(tensor -> specs.put(tensor.name(), tensor.spec()));
    }

    /** The merge has been written to that file. */
    void written(Path file) {
        checkpoint = Checkpoint.open(file);
    }

    @Override
    public SequencedSet<String> names() {
        return new LinkedHashSet<>(specs.keySet());
    }

    @Override
    public Optional<Spec> find(String name) {
        return Optional.ofNullable(specs.get(name));
    }

    @Override
    public boolean isThere() {
        return checkpoint != null;
    }

    @Override
    public TensorData read(String name, Scratch scratch) {
        Checkpoint file = checkpoint;
        if (file == null) {
            throw new IllegalStateException("tensor \"" + name + "\" is asked for before its merge has been done");
        }
        return file.tensor(name);
    }
}
