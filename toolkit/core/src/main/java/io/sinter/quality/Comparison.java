package io.sinter.quality;

import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The vectors of one output over all batches. */
final class Comparison {

    private long vectors;
    private double sum;
    private double least = Double.POSITIVE_INFINITY;
    private double largestDifference;

    /**
     * Compares the vectors along the last axis.
     *
     * @param mask {@code [B, S]}: of an output {@code [B, S, …]}, only the vectors of tokens count; null counts all
     */
    void add(TensorData expected, TensorData actual, @Nullable TensorData mask) {
        if (!expected.shape().equals(actual.shape())) {
            throw new IllegalStateException("%s beside %s".formatted(actual.describe(), expected.describe()));
        }
        long width = expected.rank() == 0 ? 1 : expected.dim(-1);
        long count = width == 0 ? 0 : expected.elementCount() / width;
        TensorData full = expected.reshape(List.of(count, width));
        TensorData reduced = actual.reshape(List.of(count, width));
        double[] cosines = Rows.cosine(full, reduced);
        double[] lengths = Rows.norms(full);
        double[] reducedLengths = Rows.norms(reduced);
        boolean[] counts = counts(expected, count, mask);
        for (int i = 0; i < count; i++) {
            if (counts[i]) {
                boolean bothZero = lengths[i] == 0 && reducedLengths[i] == 0;
                addVector(bothZero ? 1 : cosines[i], difference(full, reduced, i));
            }
        }
    }

    OutputQuality quality(String name) {
        return new OutputQuality(
                name, vectors, vectors == 0 ? 1 : sum / vectors, vectors == 0 ? 1 : least, largestDifference);
    }

    private void addVector(double cosine, double difference) {
        vectors++;
        sum += cosine;
        least = Math.min(least, cosine); // NaN, where a vector is not finite, stays
        largestDifference = Math.max(largestDifference, difference);
    }

    private static double difference(TensorData full, TensorData reduced, long row) {
        long width = full.dim(1);
        double largest = 0;
        for (long i = row * width; i < (row + 1) * width; i++) {
            float a = full.data().getAtIndex(TensorData.F32, i);
            float b = reduced.data().getAtIndex(TensorData.F32, i);
            largest = Math.max(largest, Math.abs((double) a - b));
        }
        return largest;
    }

    private static boolean[] counts(TensorData output, long vectors, @Nullable TensorData mask) {
        boolean[] counts = new boolean[Math.toIntExact(vectors)];
        boolean byToken = mask != null
                && output.rank() == 3
                && mask.rank() == 2
                && output.shape().subList(0, 2).equals(mask.shape());
        TensorData tokens = byToken && mask != null ? Conversion.convert(mask, DType.INT64) : null;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = tokens == null || tokens.data().getAtIndex(TensorData.I64, i) != 0;
        }
        return counts;
    }
}
