package io.sinter.safetensors;

import io.sinter.error.MissingException;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The weights of a model: one safetensors file, or several named by an index ({@code model.safetensors.index.json}).
 */
public final class Checkpoint {

    /** The file of an unsharded checkpoint. */
    public static final String SINGLE = "model.safetensors";

    /** The file that lists the shards of a sharded one. */
    public static final String INDEX = "model.safetensors.index.json";

    private final Path path;
    private final List<SafetensorsFile> files;
    private final Map<String, SafetensorsFile> fileOf;

    Checkpoint(Path path, List<SafetensorsFile> files) {
        this.path = path;
        this.files = List.copyOf(files);
        this.fileOf = new LinkedHashMap<>();
        for (SafetensorsFile file : files) {
            file.entries().keySet().forEach(name -> fileOf.put(name, file));
        }
    }

    /**
     * Opens a checkpoint.
     *
     * @param path a folder that holds {@value #SINGLE} or {@value #INDEX} (looked for in that order), a safetensors file,
     *     or an index, which ends in {@code .json}
     * @throws MissingException if there is no checkpoint, or a shard is missing
     * @throws io.sinter.error.MalformedException if a file or the index is not as it should be
     */
    public static Checkpoint open(Path path) {
        if (!Files.isDirectory(path)) {
            return path.toString().endsWith(".json")
                    ? ShardIndex.open(path)
                    : new Checkpoint(path, List.of(SafetensorsFile.open(path)));
        }
        if (Files.exists(path.resolve(SINGLE))) {
            return open(path.resolve(SINGLE));
        }
        if (Files.exists(path.resolve(INDEX))) {
            return open(path.resolve(INDEX));
        }
        throw new MissingException("%s: neither %s nor %s is in this folder".formatted(path, SINGLE, INDEX));
    }

    /** The safetensors file or index that was opened. */
    public Path path() {
        return path;
    }

    /** The files that hold the tensors, in the order of their names. */
    public List<SafetensorsFile> files() {
        return files;
    }

    /** Names of all tensors: file by file, each in the order of its data. */
    public SequencedSet<String> names() {
        return new LinkedHashSet<>(fileOf.keySet());
    }

    /** A tensor, over the mapped file, or nothing. */
    public Optional<TensorData> find(String name) {
        return Optional.ofNullable(fileOf.get(name)).flatMap(file -> file.find(name));
    }

    /**
     * A tensor, over the mapped file.
     *
     * @throws MissingException if there is none of that name
     */
    public TensorData tensor(String name) {
        return find(name)
                .orElseThrow(() -> new MissingException(path + ": " + NearNames.missing(name, fileOf.keySet())));
    }

    /** {@code __metadata__} of the first file: shards carry the same. */
    public Map<String, String> metadata() {
        return files.isEmpty() ? Map.of() : files.getFirst().metadata();
    }
}
