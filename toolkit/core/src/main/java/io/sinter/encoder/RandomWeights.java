package io.sinter.encoder;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * The weights of a model that nobody has trained yet, as transformers initialises them: matrices and tables normally
 * distributed around 0, shifts 0, scales of norms 1. The same seed gives the same tensor under the same name, whatever
 * else is drawn.
 */
public final class RandomWeights implements WeightSource {

    private final long seed;
    private final double deviation;
    private final Head head;
    private final Map<String, TensorData> drawn = new LinkedHashMap<>();

    /**
     * Weights to be drawn.
     *
     * @param seed of the draws
     * @param deviation standard deviation of matrices and tables: {@code initializer_range}, 0.02 by default
     * @param head of the model: with one, the encoder's names have the family's prefix
     */
    public RandomWeights(long seed, double deviation, Head head) {
        this.seed = seed;
        this.deviation = deviation;
        this.head = head;
    }

    @Override
    public boolean has(String name) {
        return true;
    }

    @Override
    public boolean hasPrefix(String prefix) {
        return head != Head.NONE;
    }

    @Override
    public TensorData tensor(String name, Initial initial, List<Long> shape) {
        return drawn.computeIfAbsent(name, n -> draw(n, initial, shape));
    }

    /** Everything drawn so far, by name, as a checkpoint holds it. */
    public Map<String, TensorData> tensors() {
        return Collections.unmodifiableMap(drawn);
    }

    private TensorData draw(String name, Initial initial, List<Long> shape) {
        TensorData tensor = TensorData.allocate(DType.FLOAT, shape);
        CRC32 hash = new CRC32();
        hash.update(name.getBytes(StandardCharsets.UTF_8));
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + hash.getValue());
        for (long i = 0; i < tensor.elementCount(); i++) {
            float value = switch (initial) {
                case NORMAL -> (float) (random.nextGaussian() * deviation);
                case ZERO -> 0;
                case ONE -> 1;
            };
            tensor.data().set(TensorData.F32, i * Float.BYTES, value);
        }
        return tensor;
    }
}
