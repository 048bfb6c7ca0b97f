package io.sinter.checkpoint;

import io.sinter.checkpoint.LoraAdapter.Change;
import io.sinter.error.IncompatibleException;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.IntStream;

/** A model's tensors with a LoRA adapter added; what it changes is made in float32. */
final class AdaptedWeights implements ModelWeights {

    private final ModelWeights model;
    private final Map<String, Change> changes = new LinkedHashMap<>();

    /**
     * Finds the adapter's tensors in the model.
     *
     * @throws IncompatibleException if the model lacks one, or the shapes differ
     */
    AdaptedWeights(ModelWeights model, LoraAdapter adapter) {
        this.model = model;
        adapter.changes().forEach((name, change) -> {
            String own = ownName(adapter, name);
            List<Long> shape = model.find(own).orElseThrow().shape();
            List<Long> changed = switch (change) {
                case Change.Replacement(TensorData tensor) -> tensor.shape();
                case Change.LowRank lowRank -> lowRank.shape();
            };
            if (!shape.equals(changed)) {
                throw new IncompatibleException("%s: \"%s\" is for a tensor %s, but the model's is %s"
                        .formatted(adapter.folder(), name, changed, shape));
            }
            changes.put(own, change);
        });
    }

    /** Adapters are saved of models with a head, whose names have a prefix that other checkpoints lack. */
    private String ownName(LoraAdapter adapter, String name) {
        if (model.find(name).isPresent()) {
            return name;
        }
        List<String> alike = model.names().stream()
                .filter(own -> own.endsWith("." + name) || name.endsWith("." + own))
                .toList();
        if (alike.size() == 1) {
            return alike.getFirst();
        }
        throw new IncompatibleException("%s: changes \"%s\", which the model does not have; it is for another model"
                .formatted(adapter.folder(), name));
    }

    @Override
    public SequencedSet<String> names() {
        return model.names();
    }

    @Override
    public Optional<Spec> find(String name) {
        return model.find(name);
    }

    @Override
    public boolean isThere() {
        return model.isThere();
    }

    @Override
    public boolean isStored(String name) {
        return model.isStored(name) && !(changes.get(name) instanceof Change.LowRank);
    }

    @Override
    public TensorData read(String name, Scratch scratch) {
        Change change = changes.get(name);
        return switch (change) {
            case null -> model.read(name, scratch);
            case Change.Replacement(TensorData tensor) -> tensor;
            case Change.LowRank lowRank -> sum(model.read(name, scratch), lowRank, scratch);
        };
    }

    private static TensorData sum(TensorData weight, Change.LowRank change, Scratch scratch) {
        int r = (int) change.right().dim(0);
        float[] b = floats(change.left());
        float[] a = floats(change.right());
        boolean plain = change.layout() == LoraAdapter.Layout.PLAIN;
        float[] left = plain ? b : transposed(a, r);
        float[] right = plain ? a : transposed(b, b.length / r);
        TensorData result = scratch.allocate(DType.FLOAT, weight.shape());
        int columns = (int) weight.dim(1);
        IntStream.range(0, (int) weight.dim(0)).parallel().forEach(row -> {
            TensorData target = result.rows(row, row + 1);
            Conversion.convertInto(weight.rows(row, row + 1), target);
            float[] sum = target.toFloatArray();
            for (int k = 0; k < r; k++) {
                addScaled((float) (change.scale() * left[row * r + k]), right, k * columns, sum);
            }
            MemorySegment.copy(sum, 0, target.data(), TensorData.F32, 0, columns);
        });
        return result;
    }

    private static void addScaled(float factor, float[] rows, int at, float[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * rows[at + i];
        }
    }

    private static float[] floats(TensorData tensor) {
        return Conversion.convert(tensor, DType.FLOAT).toFloatArray();
    }

    private static float[] transposed(float[] matrix, int rows) {
        int columns = matrix.length / rows;
        float[] result = new float[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = matrix[i * columns + j];
            }
        }
        return result;
    }
}
