package io.sinter.encoder;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Weights of which none is 0 or 1, so that none can be left out unseen. */
final class ScatteredWeights implements WeightSource {

    private final long seed;
    private final boolean prefixed;
    private final Set<String> absent;
    private final Map<String, TensorData> drawn = new LinkedHashMap<>();

    /**
     * Weights to be drawn.
     *
     * @param prefixed whether the model without its head has a prefix
     * @param absent names of tensors that are not there
     */
    ScatteredWeights(long seed, boolean prefixed, Set<String> absent) {
        this.seed = seed;
        this.prefixed = prefixed;
        this.absent = absent;
    }

    @Override
    public boolean has(String name) {
        return !absent.contains(name);
    }

    @Override
    public boolean hasPrefix(String prefix) {
        return prefixed;
    }

    @Override
    public TensorData tensor(String name, Initial initial, List<Long> shape) {
        return drawn.computeIfAbsent(name, n -> draw(n, initial, shape));
    }

    /** What was drawn under that name. */
    float[] drawn(String name) {
        TensorData tensor = drawn.get(name);
        if (tensor == null) {
            throw new AssertionError("nobody asked for " + name + ", but for " + drawn.keySet());
        }
        return tensor.toFloatArray();
    }

    private TensorData draw(String name, Initial initial, List<Long> shape) {
        Random random = new Random(seed * 31 + name.hashCode());
        TensorData tensor = TensorData.allocate(DType.FLOAT, shape);
        double fan = shape.isEmpty() ? 1 : Math.max(1, shape.getLast());
        for (long i = 0; i < tensor.elementCount(); i++) {
            double value = switch (initial) {
                case NORMAL -> random.nextGaussian() / Math.sqrt(fan);
                case ZERO -> 0.3 * random.nextGaussian();
                case ONE -> 1 + 0.3 * random.nextGaussian();
            };
            tensor.data().set(TensorData.F32, i * Float.BYTES, (float) value);
        }
        return tensor;
    }
}
