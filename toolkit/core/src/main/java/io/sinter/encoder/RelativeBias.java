package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;

/**
 * Scores that depend on how far a key is from the query, learned for buckets of distances as in T5 (Raffel et al. 2019,
 * arXiv:1910.10683 §2.1). Distances past the last bucket's start count as it, so a table of those below serves texts of
 * any length; how far keys are is computed where the graph runs.
 *
 * @param distances as {@link Distances} makes them
 * @param bucketOf INT64: the bucket of each
 */
public record RelativeBias(Value distances, Value bucketOf) {

    /**
     * Half of the buckets are for keys after the query, half for others; half of each for one distance a bucket, the rest
     * for ranges that grow exponentially.
     *
     * @param count how many
     * @param distance from which on all are in the last one
     */
    public record Buckets(long count, long distance) {

        /** Whether there are buckets of both kinds. */
        public boolean valid() {
            return count >= 4 && distance > count / 4;
        }

        /**
         * The bucket of a distance, key's place − query's; its logarithms are those of float32, as in transformers, which
         * matters at the ranges' ends.
         */
        long of(long difference) {
            long half = count / 2;
            long exact = half / 2;
            long start = difference > 0 ? half : 0;
            long n = Math.abs(difference);
            if (n < exact) {
                return start + n;
            }
            float share = (float) Math.log((float) n / exact) / (float) Math.log((double) distance / exact);
            return start + Math.min(half - 1, exact + (long) (share * (half - exact)));
        }
    }

    /** Emits the distances between the places of {@code input_ids}. */
    public static RelativeBias of(Network network, Layers layers, Buckets buckets) {
        TensorData table = Distances.table(buckets.distance(), buckets::of);
        return new RelativeBias(
                Distances.of(network, layers, buckets.distance()), layers.ops().constant("buckets", table));
    }

    /**
     * Emits the scores of a table.
     *
     * @param name of the table in the checkpoint
     * @param table float32 {@code [buckets, N]}
     * @return {@code [1, N, S, S]}
     */
    public Value scores(Layers layers, String name, TensorData table) {
        Ops ops = layers.ops();
        Value ofDistances = ops.transpose(ops.gather(layers.weight(name, table), bucketOf, 0), 1, 0);
        return ops.unsqueeze(ops.gather(ofDistances, distances, 1), 0);
    }
}
