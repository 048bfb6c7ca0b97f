package io.sinter.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Arithmetic between tensors of one shape, element by element. */
public final class Elementwise {

    /** Elements at a time: 64 KiB as float32, so that a target stays in the nearest cache over all sources. */
    private static final long BLOCK = 1 << 14;

    private Elementwise() {}

    /**
     * Computes {@code Σ wᵢ sourceᵢ} in float32, adding in the order of the sources and rounding after each product and each
     * sum. With one source it scales; with weights of 1 it adds.
     *
     * @param sources tensors of one shape, of any type that converts to float32
     * @param weights one for each source, used as given
     * @param target of that shape, of any type that float32 converts to; it may be one of the sources
     * @throws IllegalArgumentException if the shapes or the numbers of sources and weights differ
     */
    public static void weightedSum(List<TensorData> sources, float[] weights, TensorData target) {
        if (sources.isEmpty() || sources.size() != weights.length) {
            throw new IllegalArgumentException(sources.size() + " sources, but " + weights.length + " weights");
        }
        for (TensorData source : sources) {
            if (!source.shape().equals(target.shape())) {
                throw new IllegalArgumentException(source.describe() + " into " + target.describe());
            }
        }
        TensorData flatTarget = flat(target);
        TensorData buffer = TensorData.allocate(DType.FLOAT, List.of(BLOCK));
        new RowChunks(sources.stream().map(Elementwise::flat).toList(), BLOCK).forEach((first, chunk) -> {
            TensorData sum = buffer.rows(0, chunk.getFirst().dim(0));
            sum(chunk, weights, sum.data());
            Conversion.convertInto(sum, flatTarget.rows(first, first + sum.dim(0)));
        });
    }

    private static void sum(List<TensorData> sources, float[] weights, MemorySegment target) {
        Kernels kernels = Kernels.best();
        kernels.scale(weights[0], sources.getFirst().data(), target);
        for (int i = 1; i < weights.length; i++) {
            kernels.addScaled(weights[i], sources.get(i).data(), target);
        }
    }

    private static TensorData flat(TensorData tensor) {
        return tensor.reshape(List.of(tensor.elementCount()));
    }
}
