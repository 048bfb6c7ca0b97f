package io.sinter.source;

import io.sinter.error.MissingException;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory in Hugging Face layout with weights but no graph. */
public final class CheckpointSource implements ModelSource {

    private final Path path;
    private final Checkpoint checkpoint;
    private final Companions companions;
    private final Optional<String> tensor;
    private @Nullable CheckpointTable keys;

    private CheckpointSource(Path path, Checkpoint checkpoint, Companions companions, Optional<String> tensor) {
        this.path = path;
        this.checkpoint = checkpoint;
        this.companions = companions;
        this.tensor = tensor;
    }

    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(Checkpoint.SINGLE)) || Files.exists(folder.resolve(Checkpoint.INDEX));
    }

    /** Opens a folder, whose table is the tensor of that name; without one, it is found by its name. */
    static CheckpointSource open(Path folder, Optional<String> tensor) {
        return new CheckpointSource(folder, Checkpoint.open(folder), requireConfig(Companions.read(folder)), tensor);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String kind() {
        return "checkpoint";
    }

    @Override
    public Companions companions() {
        return companions;
    }

    /** All tensors. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** The configuration, without which a directory is no checkpoint. */
    public ModelConfig config() {
        return companions.config().orElseThrow();
    }

    /**
     * The table's key and the keys tied to it.
     *
     * @throws MissingException if there is no table
     * @throws io.sinter.error.UnsupportedException if several tensors could be it
     * @throws io.sinter.error.MalformedException if it does not fit {@code vocab_size}
     */
    public synchronized CheckpointTable keys() {
        CheckpointTable known = keys;
        if (known == null) {
            known = tensor.map(key -> CheckpointTable.named(checkpoint, config(), key))
                    .orElseGet(() -> CheckpointTable.find(checkpoint, config()));
            keys = known;
        }
        return known;
    }

    @Override
    public List<Path> weightFiles() {
        Stream<Path> shards = checkpoint.files().stream().map(SafetensorsFile::path);
        return Stream.concat(shards, Stream.of(checkpoint.path())).distinct().toList();
    }

    @Override
    public SourceTable table() {
        String key = keys().key();
        return new SourceTable(checkpoint.tensor(key), "%s: tensor \"%s\"".formatted(checkpoint.path(), key));
    }

    private static Companions requireConfig(Companions companions) {
        if (companions.config().isEmpty()) {
            throw new MissingException(
                    "%s: weights without config.json; give the directory as the model's repository has it"
                            .formatted(companions.folder()));
        }
        return companions;
    }
}
