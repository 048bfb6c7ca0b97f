package io.sinter.finetune;

import io.sinter.error.OutputException;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a checkpoint with other weights: as many files, of the same names. */
final class CheckpointFiles {

    private CheckpointFiles() {}

    /**
     * Writes it.
     *
     * @param trained floats by the graph's names; all other tensors are as they were
     */
    static void write(Checkpoint checkpoint, StoredWeights stored, Map<String, TensorData> trained, Path directory) {
        Map<String, TensorData> changed = new HashMap<>();
        trained.forEach((name, floats) -> {
            StoredWeights.Stored place = stored.byName().get(name);
            if (place == null) {
                throw new IllegalArgumentException("\"%s\": no weight of %s".formatted(name, checkpoint.path()));
            }
            TensorData tensor = place.tensor(floats);
            place.keys().forEach(key -> changed.put(key, tensor));
        });
        for (SafetensorsFile file : checkpoint.files()) {
            Map<String, TensorData> tensors = new LinkedHashMap<>();
            file.entries().keySet().forEach(key -> tensors.put(key, changed.getOrDefault(key, checkpoint.tensor(key))));
            SafetensorsWriter.write(
                    directory.resolve(String.valueOf(file.path().getFileName())), tensors, file.metadata());
        }
        if (checkpoint.path().endsWith(Checkpoint.INDEX)) {
            copy(checkpoint.path(), directory.resolve(Checkpoint.INDEX));
        }
    }

    private static void copy(Path index, Path to) {
        try {
            Files.copy(index, to);
        } catch (IOException e) {
            throw new OutputException(to + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
