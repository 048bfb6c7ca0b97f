package io.sinter.checkpoint;

import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small checkpoints of three layers, and recipes that merge them. */
record TinyCheckpoints(Path folder) {

    static final long SEED = 7;

    /** Tensors of a model with this many layers, drawn with a seed. */
    static Map<String, TensorData> tensors(long seed, int layers) {
        Random random = new Random(seed);
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("embed_tokens.weight", drawn(random, 10, 4));
        for (int i = 0; i < layers; i++) {
            tensors.put("layers." + i + ".attention.weight", drawn(random, 4, 4));
            tensors.put("layers." + i + ".mlp.bias", drawn(random, 4));
        }
        tensors.put("norm.weight", drawn(random, 4));
        return tensors;
    }

    static TensorData drawn(Random random, long... shape) {
        List<Long> extents = java.util.Arrays.stream(shape).boxed().toList();
        float[] values = new float[(int) TensorData.elementCount(extents)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(extents, values);
    }

    static float[] floats(TensorData tensor) {
        return Conversion.convert(tensor, DType.FLOAT).toFloatArray();
    }

    /** Writes a model. */
    Map<String, TensorData> model(String name, Map<String, TensorData> tensors) {
        write(name + "/config.json", """
                {"model_type": "tiny", "num_hidden_layers": 3, "hidden_size": 4, "vocab_size": 10, "torch_dtype": "float32"}
                """);
        SafetensorsWriter.write(folder.resolve(name + "/model.safetensors"), tensors, Map.of());
        return tensors;
    }

    Map<String, TensorData> model(String name, long seed) {
        return model(name, tensors(seed, 3));
    }

    void write(String file, String text) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CheckpointPlan plan(String recipe) {
        return CheckpointPlan.of(MergekitReader.parse(folder.resolve("merge.yaml"), recipe), ModelLocation.standard());
    }

    CheckpointReport merge(String recipe) {
        return new CheckpointMerger(Progress.NONE).merge(plan(recipe), folder.resolve("out"), Existing.REPLACE);
    }

    TensorData merged(String tensor) {
        return Checkpoint.open(folder.resolve("out")).tensor(tensor);
    }
}
