package io.sinter.train;

import io.sinter.error.MalformedException;
import io.sinter.error.OutputException;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The checkpoints of a training: {@code checkpoint-STEP.safetensors} with the whole state, the last {@value #KEPT} of them, and
 * {@code best-STEP.safetensors} with the weights that these name as the best. A file appears whole or not at all, the weights
 * before the checkpoint that names them.
 *
 * @param path the folder
 * @param identity of the training, which a checkpoint must have been written by
 * @param graph what is trained, whose state a checkpoint must have
 */
record CheckpointFolder(Path path, Identity identity, TrainingGraph graph) {

    private static final int KEPT = 2;

    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,18})\\.safetensors");

    private static final Pattern BEST = Pattern.compile("best-(\\d{1,18})\\.safetensors");

    private static final String UNFINISHED = ".{checkpoint,best}-*.safetensors.*.tmp";

    private static final String GRAPH = "graph";

    private static final String START = "start";

    private static final String MEASURED = "measured";

    private static final String STEP = "step";

    private static final String BEST_STEP = "best_step";

    private static final String BEST_VALUE = "best_value";

    private static final String SINCE_BEST = "measurements_since_best";

    /** Removes what a process that was killed left half-written or unnamed. */
    void clean() {
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(path, UNFINISHED)) {
            for (Path file : unfinished) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new OutputException(path + ": cannot be written: " + e.getMessage(), e);
        }
        removeOld();
    }

    /**
     * Reads the last checkpoint, where there is one.
     *
     * @throws OutputException if it is of another training
     * @throws MalformedException if it is no whole state of this training
     */
    Optional<Progress> last() {
        return Optional.ofNullable(files(CHECKPOINT).lastEntry())
                .map(Map.Entry::getValue)
                .map(this::read);
    }

    private Progress read(Path file) {
        SafetensorsFile stored = SafetensorsFile.open(file);
        Map<String, String> metadata = stored.metadata();
        Identity other = new Identity(
                metadata.getOrDefault(GRAPH, ""),
                metadata.getOrDefault(START, ""),
                metadata.getOrDefault(MEASURED, ""));
        if (!identity.equals(other)) {
            throw new OutputException(
                    "%s: is of another training, with other %s: choose another folder, or remove this one"
                            .formatted(file, String.join(", ", identity.differences(other))));
        }
        try {
            long done = Long.parseLong(metadata.getOrDefault(STEP, ""));
            int sinceBest = Integer.parseInt(metadata.getOrDefault(SINCE_BEST, ""));
            return new Progress(done, copies(stored, graph.start().keySet()), best(metadata), sinceBest);
        } catch (NumberFormatException e) {
            throw new MalformedException(
                    file + ": says no step: remove it, and the checkpoint before it is gone on from", e);
        }
    }

    private Optional<Progress.Best> best(Map<String, String> metadata) {
        if (!metadata.containsKey(BEST_STEP)) {
            return Optional.empty();
        }
        Trained.Measurement measurement = new Trained.Measurement(
                Long.parseLong(metadata.getOrDefault(BEST_STEP, "")),
                Double.parseDouble(metadata.getOrDefault(BEST_VALUE, "")));
        SafetensorsFile stored = SafetensorsFile.open(best(measurement.step()));
        return Optional.of(new Progress.Best(measurement, copies(stored, graph.trained())));
    }

    /** Copies, as native code reads no mapping. */
    private Map<String, TensorData> copies(SafetensorsFile stored, Collection<String> names) {
        if (!stored.names().equals(Set.copyOf(names))) {
            throw new MalformedException(
                    "%s: got tensors %s, expected %s".formatted(stored.path(), stored.names(), names));
        }
        Map<String, TensorData> copies = new LinkedHashMap<>();
        for (String name : names) {
            TensorData tensor = stored.tensor(name);
            TensorData expected = Objects.requireNonNull(graph.start().get(name), name);
            if (tensor.dtype() != expected.dtype() || !tensor.shape().equals(expected.shape())) {
                throw new MalformedException("%s: tensor \"%s\": got %s, expected %s"
                        .formatted(stored.path(), name, tensor.describe(), expected.describe()));
            }
            copies.put(name, tensor.copy());
        }
        return copies;
    }

    /** Writes a checkpoint, then removes what is too old. */
    void save(Progress progress) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(GRAPH, identity.graph());
        metadata.put(START, identity.start());
        metadata.put(MEASURED, identity.measured());
        metadata.put(STEP, Long.toString(progress.done()));
        metadata.put(SINCE_BEST, Integer.toString(progress.sinceBest()));
        progress.best().ifPresent(best -> {
            Path file = best(best.measurement().step());
            if (!Files.exists(file)) {
                SafetensorsWriter.write(file, best.weights(), Map.of());
            }
            metadata.put(BEST_STEP, Long.toString(best.measurement().step()));
            metadata.put(BEST_VALUE, Double.toString(best.measurement().value()));
        });
        SafetensorsWriter.write(checkpoint(progress.done()), progress.state(), metadata);
        removeOld();
    }

    private void removeOld() {
        List<Path> checkpoints = new ArrayList<>(files(CHECKPOINT).values());
        List<Path> old = new ArrayList<>(checkpoints.subList(0, Math.max(0, checkpoints.size() - KEPT)));
        checkpoints.removeAll(old);
        Set<String> named = checkpoints.stream()
                .map(file -> SafetensorsFile.open(file).metadata().getOrDefault(BEST_STEP, ""))
                .collect(Collectors.toSet());
        files(BEST).forEach((step, file) -> {
            if (!named.contains(step.toString())) {
                old.add(file);
            }
        });
        try {
            for (Path file : old) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new OutputException(path + ": old checkpoints cannot be removed: " + e.getMessage(), e);
        }
    }

    private NavigableMap<Long, Path> files(Pattern pattern) {
        NavigableMap<Long, Path> found = new TreeMap<>(Comparator.naturalOrder());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                Matcher name = pattern.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    found.put(Long.parseLong(name.group(1)), file);
                }
            }
        } catch (IOException e) {
            throw new OutputException(path + ": cannot be read: " + e.getMessage(), e);
        }
        return found;
    }

    private Path checkpoint(long step) {
        return path.resolve("checkpoint-%d.safetensors".formatted(step));
    }

    private Path best(long step) {
        return path.resolve("best-%d.safetensors".formatted(step));
    }
}
