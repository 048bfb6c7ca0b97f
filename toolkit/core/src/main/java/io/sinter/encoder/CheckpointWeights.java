package io.sinter.encoder;

import io.sinter.error.MalformedException;
import io.sinter.safetensors.Checkpoint;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;

/** The weights of a checkpoint. Float32 is not copied; other floats are converted. */
public final class CheckpointWeights implements WeightSource {

    /** How checkpoints that came from TensorFlow name a norm's parameters. */
    private static final Map<String, String> OLD_NAMES =
            Map.of("LayerNorm.weight", "LayerNorm.gamma", "LayerNorm.bias", "LayerNorm.beta");

    private final Path path;
    private final SequencedSet<String> names;
    private final Function<String, TensorData> tensors;
    private final Set<String> read = new HashSet<>();

    /** The weights of that checkpoint. */
    public CheckpointWeights(Checkpoint checkpoint) {
        this(checkpoint.path(), checkpoint.names(), checkpoint::tensor);
    }

    /**
     * Weights that are read somehow.
     *
     * @param path of the model, for messages
     * @param names of all tensors
     * @param tensors reads one of them
     */
    public CheckpointWeights(Path path, SequencedSet<String> names, Function<String, TensorData> tensors) {
        this.path = path;
        this.names = names;
        this.tensors = tensors;
    }

    @Override
    public boolean has(String name) {
        return find(name).isPresent();
    }

    @Override
    public boolean hasPrefix(String prefix) {
        return names.stream().anyMatch(name -> name.startsWith(prefix));
    }

    @Override
    public TensorData tensor(String name, Initial initial, List<Long> shape) {
        String key = find(name).orElse(name);
        TensorData tensor = tensors.apply(key);
        if (!tensor.shape().equals(shape) || !tensor.dtype().isFloat()) {
            throw new MalformedException("%s: tensor \"%s\": got %s, but config.json asks for floats %s"
                    .formatted(path, key, tensor.describe(), shape));
        }
        read.add(key);
        return Conversion.convert(tensor, DType.FLOAT);
    }

    /** Names of tensors that were asked for. */
    public Set<String> readNames() {
        return Collections.unmodifiableSet(read);
    }

    @Override
    public boolean differ(String name, String other) {
        Optional<String> one = find(name);
        Optional<String> two = find(other);
        return one.isPresent() && two.isPresent() && !tensors.apply(one.get()).contentEquals(tensors.apply(two.get()));
    }

    /** Names of tensors that nobody has asked for, in the order of the files. */
    public List<String> unread() {
        return names.stream().filter(name -> !read.contains(name)).toList();
    }

    private Optional<String> find(String name) {
        if (names.contains(name)) {
            return Optional.of(name);
        }
        return OLD_NAMES.entrySet().stream()
                .filter(e -> name.endsWith(e.getKey()))
                .map(e -> name.substring(0, name.length() - e.getKey().length()) + e.getValue())
                .filter(names::contains)
                .findFirst();
    }
}
