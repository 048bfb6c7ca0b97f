package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * The linear map that retrieves best by {@link Csls}: relaxed CSLS (Joulin, Bojanowski, Mikolov, Jégou and Grave, "Loss in
 * translation: learning bilingual word mapping with a retrieval criterion", EMNLP 2018). With rows of unit length, W minimises
 * {@code (1/n) Σᵢ [−2 xᵢWyᵢ + mean of xᵢWy over its k nearest y + mean of xWyᵢ over its k nearest xW]}, by gradient steps with
 * the neighbours of the moment, from the orthogonal Procrustes map. A step that would raise the loss is taken back and halved.
 */
public final class Rcsls {

    private Rcsls() {}

    /**
     * Fits.
     *
     * @param x {@code [n, from]}, of any lengths: rows are brought to length 1
     * @param y {@code [n, to]}, row i beside row i of x
     * @throws IncompatibleException if the numbers of rows differ or are 0
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static RcslsFit fit(Matrix x, Matrix y, RcslsOptions options) {
        Pairs.require("rcsls", x, y);
        Matrix from = x.toUnitLength();
        Matrix to = y.toUnitLength();
        Matrix map =
                Procrustes.fit(from, to, ProcrustesOptions.ORTHOGONAL).weight().transpose();
        Step step = Step.at(map, from, to, options.k());
        DoubleStream.Builder losses = DoubleStream.builder().add(step.loss());
        double rate = options.learningRate();
        for (int i = 0; i < options.steps(); i++) {
            Matrix moved = map.copy();
            Blas.gemm(
                    -rate,
                    step.gradient().asIs(),
                    Matrix.identity(moved.columns()).asIs(),
                    1,
                    moved);
            Step next = Step.at(moved, from, to, options.k());
            if (next.loss() > step.loss()) {
                rate /= 2;
            } else {
                map = moved;
                step = next;
                losses.add(step.loss());
            }
        }
        Matrix weight = map.transpose();
        double condition =
                FitQuality.condition(Lapack.singularValues(from.copy()), Math.max(x.rows(), x.columns()), x.columns());
        return new RcslsFit(
                AffineMap.measured(weight, new double[weight.rows()], condition, from, to),
                losses.build().toArray());
    }

    /**
     * Loss and gradient at a map.
     *
     * @param loss the mean over the rows
     * @param gradient {@code [from, to]}
     */
    record Step(double loss, Matrix gradient) {

        static Step at(Matrix map, Matrix x, Matrix y, int k) {
            Matrix mapped = Blas.product(x.asIs(), map.asIs());
            int n = x.rows();
            double[] losses = new double[n];
            // Row i: what pulls xᵢ (2yᵢ less the mean of its nearest y), and the mean of the nearest x of yᵢ.
            Matrix pull = Matrix.allocate(n, y.columns());
            Matrix near = Matrix.allocate(n, x.columns());
            RowProducts.forEach(mapped, y, (i, products) -> {
                int[] nearest = Ranking.largest(products, k);
                addMean(y, nearest, -1, pull, i);
                losses[i] += mean(products, nearest) - 2 * products[i];
                for (int j = 0; j < y.columns(); j++) {
                    pull.set(i, j, pull.get(i, j) + 2 * y.get(i, j));
                }
            });
            RowProducts.forEach(y, mapped, (i, products) -> {
                int[] nearest = Ranking.largest(products, k);
                addMean(x, nearest, 1, near, i);
                losses[i] += mean(products, nearest);
            });
            Matrix gradient = Blas.product(near.transposed(), y.asIs());
            Blas.gemm(-1.0 / n, x.transposed(), pull.asIs(), 1.0 / n, gradient);
            return new Step(Arrays.stream(losses).sum() / n, gradient);
        }

        private static double mean(double[] products, int[] nearest) {
            return Arrays.stream(nearest)
                    .mapToDouble(i -> products[i])
                    .average()
                    .orElseThrow();
        }

        private static void addMean(Matrix table, int[] rows, double sign, Matrix target, int at) {
            for (int row : rows) {
                for (int j = 0; j < table.columns(); j++) {
                    target.set(at, j, target.get(at, j) + sign * table.get(row, j) / rows.length);
                }
            }
        }
    }
}
