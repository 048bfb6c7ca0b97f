package io.sinter.weights;

import io.sinter.tensor.BFloat16Sum;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A sum of bfloat16 tensors with one coefficient each: written by vector instructions once those are fast, else by blocks,
 * which give the same bits.
 *
 * @param coefficients of the sources
 * @param sources bfloat16
 * @param blocks the same sum; finds which number is not finite
 */
record WeightedSum(List<Double> coefficients, List<TensorData> sources, Blockwise blocks) implements MergedWeights {

    @Override
    public void into(long firstElement, TensorData target) {
        boolean fits = target.dtype() == DType.BFLOAT16
                && target.data().isNative()
                && !target.data().isMapped();
        if (!fits || !BFloat16Sum.isFast(target.elementCount()) || !sum(firstElement, target)) {
            blocks.into(firstElement, target);
        }
    }

    private boolean sum(long firstElement, TensorData target) {
        blocks.requireWithin(firstElement, target);
        List<MemorySegment> stretches = sources.stream()
                .map(source -> source.data()
                        .asSlice(firstElement * Short.BYTES, target.data().byteSize()))
                .toList();
        double[] factors = coefficients.stream().mapToDouble(c -> c).toArray();
        return BFloat16Sum.into(factors, stretches, target.data());
    }
}
