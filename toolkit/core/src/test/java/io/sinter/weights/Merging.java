package io.sinter.weights;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;

/** Merges in tests. */
final class Merging {

    private Merging() {}

    /** The whole merged tensor. */
    static float[] merged(WeightMerge merge, TensorGroup group) {
        return all(merge.prepare(group), group);
    }

    static float[] all(MergedWeights merged, TensorGroup group) {
        TensorData target = TensorData.allocate(DType.FLOAT, List.of(group.elements()));
        merged.into(0, target);
        return target.toFloatArray();
    }

    /** The greatest distance between two arrays' elements; infinite where one is not a number. */
    static double distance(float[] a, float[] b) {
        if (a.length != b.length) {
            return Double.POSITIVE_INFINITY;
        }
        double distance = 0;
        for (int i = 0; i < a.length; i++) {
            double d = Math.abs((double) a[i] - b[i]);
            distance = Math.max(distance, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
        }
        return distance;
    }
}
