package io.sinter.missing;

import io.sinter.linalg.Matrix;
import io.sinter.missing.Neighbours.Weighed;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * FOCUS: own rows of shared tokens, combined by the sparsemax of the cosines between the missing token's vector and theirs
 * (Dobler and de Melo, "FOCUS: effective embedding initialization for monolingual specialization of multilingual models",
 * EMNLP 2023). Sparsemax is the projection onto the simplex (Martins and Astudillo, ICML 2016): weights
 * {@code max(0, cosᵢ − τ)} with the τ for which they add up to 1. The cosine with a row of zeros counts as 0.
 *
 * @param auxiliary trains the vectors to compare in, on a text; the guide's rows are compared if null
 */
public record Focus(@Nullable AuxiliaryOptions auxiliary) implements MissingRows {

    @Override
    public Set<Need> needs() {
        return auxiliary == null ? Set.of(Need.SHARED) : Set.of(Need.SHARED, Need.AUXILIARY);
    }

    @Override
    public Matrix fill(Lack lack) {
        lack.requireShared(method());
        Matrix points = lack.guidePoints().toUnitLength();
        return Neighbours.combine(lack.targets().toUnitLength(), points, (target, cosines) -> sparsemax(cosines))
                .times(lack.ownPoints());
    }

    /** The weights that are not zero. */
    static Weighed sparsemax(double[] scores) {
        double largest = Arrays.stream(scores).max().orElseThrow();
        // τ is at least the largest score less 1: nothing below gets a weight.
        int[] candidates = IntStream.range(0, scores.length)
                .filter(i -> scores[i] > largest - 1)
                .toArray();
        double[] sorted =
                IntStream.of(candidates).mapToDouble(i -> scores[i]).sorted().toArray();
        double sum = 0;
        double threshold = 0;
        for (int count = 1; count <= sorted.length; count++) {
            double score = sorted[sorted.length - count];
            sum += score;
            if (1 + count * score <= sum) {
                break;
            }
            threshold = (sum - 1) / count;
        }
        double tau = threshold;
        int[] support = IntStream.of(candidates).filter(i -> scores[i] > tau).toArray();
        return new Weighed(
                support, IntStream.of(support).mapToDouble(i -> scores[i] - tau).toArray());
    }
}
