package io.sinter.missing;

import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Lapack;
import io.sinter.linalg.Matrix;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Vectors of tokens made from a text: the positive pointwise mutual information M of tokens that stand near each other,
 * decomposed as {@code M ≈ U Σ Vᵀ} and cut to the largest singular values; the vectors are the rows of {@code U √Σ} (Levy and
 * Goldberg, "Neural word embedding as implicit matrix factorization", NeurIPS 2014). M is symmetric, so its singular values
 * are its eigenvalues' sizes. They are found by a randomised range finder with four rounds of power iteration (Halko,
 * Martinsson and Tropp, SIAM Review 53, 2011).
 *
 * <p>Tokens that do not occur beside another get zeros. Same sequences, options and seed: same vectors.
 */
public final class AuxiliaryVectors {

    private static final int WIDTH = 100;
    private static final int WINDOW = 5;
    private static final int OVERSAMPLING = 10;
    private static final int POWER_ROUNDS = 4;

    private AuxiliaryVectors() {}

    /**
     * Trains.
     *
     * @param sequences of token ids, a sentence or paragraph each, without special tokens
     * @param vocabulary number of tokens
     * @return {@code [vocabulary, width]}, or less wide where the vocabulary is smaller
     * @throws IncompatibleException if no two tokens stand beside each other
     * @throws IndexOutOfBoundsException if an id is not of the vocabulary
     */
    public static Matrix train(Stream<int[]> sequences, int vocabulary, AuxiliaryOptions options) {
        Integer window = options.window();
        Cooccurrences.Counter counter = new Cooccurrences.Counter(vocabulary, window == null ? WINDOW : window);
        sequences.sequential().forEachOrdered(counter::add);
        Cooccurrences information = counter.finish().positiveInformation();
        if (information.columns().length == 0) {
            throw new IncompatibleException(
                    "%s: no two tokens beside each other: got a text too short to train vectors on"
                            .formatted(options.text()));
        }
        Integer width = options.width();
        Long seed = options.seed();
        return decompose(information, width == null ? WIDTH : width, new Gaussian(seed == null ? 0 : seed));
    }

    private static Matrix decompose(Cooccurrences matrix, int width, Gaussian gaussian) {
        int n = matrix.rows();
        Matrix range = Matrix.allocate(n, Math.min(n, width + OVERSAMPLING));
        for (int row = 0; row < n; row++) {
            for (int column = 0; column < range.columns(); column++) {
                range.set(row, column, gaussian.at(row, column));
            }
        }
        for (int round = 0; round <= POWER_ROUNDS; round++) {
            range = Lapack.gesdd(times(matrix, range)).u();
        }
        // M restricted to the range: its eigenvectors, turned back, are M's.
        Matrix restricted =
                Blas.product(range.transposed(), times(matrix, range).asIs());
        Lapack.Eigen eigen = Lapack.syevr(restricted, restricted.rows());
        List<Integer> order = IntStream.range(0, eigen.values().size())
                .boxed()
                .sorted((a, b) -> Double.compare(
                        Math.abs(eigen.values().get(b)), Math.abs(eigen.values().get(a))))
                .limit(width)
                .toList();
        Matrix turned = eigen.vectors()
                .gather(order.stream().mapToInt(Integer::intValue).toArray());
        for (int i = 0; i < turned.rows(); i++) {
            double root = Math.sqrt(Math.abs(eigen.values().get(order.get(i))));
            for (int j = 0; j < turned.columns(); j++) {
                turned.set(i, j, root * turned.get(i, j));
            }
        }
        return Blas.product(range.asIs(), turned.transposed());
    }

    private static Matrix times(Cooccurrences matrix, Matrix dense) {
        Matrix product = Matrix.allocate(matrix.rows(), dense.columns());
        IntStream.range(0, matrix.rows()).parallel().forEach(row -> {
            double[] sum = new double[dense.columns()];
            for (int i = matrix.starts()[row]; i < matrix.starts()[row + 1]; i++) {
                double count = matrix.counts()[i];
                int column = matrix.columns()[i];
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += count * dense.get(column, j);
                }
            }
            for (int j = 0; j < sum.length; j++) {
                product.set(row, j, sum[j]);
            }
        });
        return product;
    }
}
