package io.sinter.probe;

import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrix;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Regularised logistic regression over all rows at once, to convergence. Minimises
 *
 * <pre>J(W, b) = (Σᵢ loss(zᵢ, yᵢ) + ‖W‖² / (2 C)) / n,   zᵢ = xᵢ W + b</pre>
 *
 * over the n rows that count (scikit-learn's objective over C·n), by L-BFGS. Logits are linear along a line, so that a
 * search along it needs no products of matrices: an iteration is two, one for the direction and one for the gradient.
 */
final class LogisticRegression {

    /** A step along a direction must take the slope to this part of what it was. */
    private static final double CURVATURE = 0.5;

    /** And the function down by this part of what the slope promises. */
    private static final double DECREASE = 1e-4;

    /** Digits of the function beyond which a difference is rounding. */
    private static final double ROUNDING = 1e-14;

    private static final int MOST_TRIALS = 60;
    private static final int MOST_ITERATIONS = 5000;

    private final Matrix rows;
    private final Targets targets;
    private final double[] counts;
    private final double penalty;
    private final double n;

    private LogisticRegression(Matrix rows, Targets targets, double[] counts, double strength) {
        this.rows = rows;
        this.targets = targets;
        this.counts = counts;
        this.n = Arrays.stream(counts).sum();
        this.penalty = 1 / strength;
    }

    /**
     * A minimum.
     *
     * @param weights {@code [width + 1, columns]}; the last row is the bias
     * @param logits {@code [rows, columns]}, also of rows that do not count
     * @param loss J there
     * @param gradient the largest component of J's gradient there
     * @param iterations that it took
     * @param converged whether the gradient is as small as was asked for
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Fit(double[] weights, double[] logits, double loss, double gradient, int iterations, boolean converged) {}

    /**
     * Fits.
     *
     * @param rows {@code [n, width + 1]}, the last column ones
     * @param counts 1 for each row that counts, 0 for each that is held out
     * @param strength C: the larger, the closer to the rows
     * @param start where it begins, and when it ends
     */
    static Fit fit(Matrix rows, Targets targets, double[] counts, double strength, Start start) {
        return new LogisticRegression(rows, targets, counts, strength).run(start);
    }

    /**
     * Where a fit begins and ends.
     *
     * @param weights to begin with
     * @param tolerance the gradient's largest component at which it ends
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Start(double[] weights, double tolerance) {

        /** From zeros. */
        static Start zeros(Matrix rows, Targets targets, double tolerance) {
            return new Start(new double[rows.columns() * targets.columns()], tolerance);
        }
    }

    private Fit run(Start start) {
        InverseHessian hessian = new InverseHessian();
        double[] weights = start.weights.clone();
        double[] logits = logits(weights);
        double[] residuals = new double[logits.length];
        double loss = (loss(logits, residuals) + penalty / 2 * squares(weights)) / n;
        double[] gradient = gradient(residuals, weights);
        int iteration = 0;
        for (; largest(gradient) > start.tolerance && iteration < MOST_ITERATIONS; iteration++) {
            double[] direction = scaled(-1, hessian.times(gradient));
            Line line = new Line(logits, direction, weights, residuals);
            double step = line.search(loss, InverseHessian.dot(gradient, direction));
            if (step == 0) {
                break;
            }
            InverseHessian.add(step, direction, weights);
            InverseHessian.add(step, line.change, logits);
            loss = line.loss;
            double[] next = gradient(residuals, weights);
            double[] change = next.clone();
            InverseHessian.add(-1, gradient, change);
            hessian.learn(scaled(step, direction), change);
            gradient = next;
        }
        double largest = largest(gradient);
        return new Fit(weights, logits, loss, largest, iteration, largest <= start.tolerance);
    }

    /** J along a line from a point. */
    private final class Line {

        private final double[] logits;
        private final double[] change;
        private final double[] residuals;
        private final double[] trial;
        private final double weightSquares;
        private final double weightProduct;
        private final double directionSquares;
        private double loss;
        private double slope;

        Line(double[] logits, double[] direction, double[] weights, double[] residuals) {
            this.logits = logits;
            this.change = logits(direction);
            this.residuals = residuals;
            this.trial = new double[logits.length];
            this.weightSquares = squares(weights);
            this.weightProduct = product(weights, direction);
            this.directionSquares = squares(direction);
        }

        /**
         * A step after which J is lower and its slope flatter (strong Wolfe conditions): J is convex, so that slopes tell
         * on which side of the minimum a step ends. Residuals are then those at its end.
         *
         * @return 0 if there is none that is more than rounding
         */
        double search(double lossHere, double slopeHere) {
            double low = 0;
            double high = Double.POSITIVE_INFINITY;
            double step = 1;
            for (int trials = 0; trials < MOST_TRIALS; trials++) {
                at(step);
                boolean lower = loss <= lossHere + DECREASE * step * slopeHere + ROUNDING * Math.abs(lossHere);
                if (lower && Math.abs(slope) <= CURVATURE * Math.abs(slopeHere)) {
                    return step;
                }
                if (!lower || slope > 0) {
                    high = step;
                } else {
                    low = step;
                }
                step = Double.isInfinite(high) ? 2 * step : (low + high) / 2;
            }
            return 0;
        }

        private void at(double step) {
            for (int i = 0; i < trial.length; i++) {
                trial[i] = logits[i] + step * change[i];
            }
            double data = loss(trial, residuals);
            double squares = weightSquares + 2 * step * weightProduct + step * step * directionSquares;
            loss = (data + penalty / 2 * squares) / n;
            slope = (InverseHessian.dot(residuals, change) + penalty * (weightProduct + step * directionSquares)) / n;
        }
    }

    /** The sum over rows that count, whose residuals are set; others' are zero. */
    private double loss(double[] logits, double[] residuals) {
        double sum = 0;
        int columns = targets.columns();
        for (int row = 0; row < counts.length; row++) {
            int from = row * columns;
            double loss = targets.likelihood().loss(logits, targets.ones(), from, columns, residuals);
            sum += counts[row] * loss;
            for (int i = from; i < from + columns; i++) {
                residuals[i] *= counts[row];
            }
        }
        return sum;
    }

    private double[] gradient(double[] residuals, double[] weights) {
        int columns = targets.columns();
        Matrix factor = matrix(residuals, rows.rows(), columns);
        double[] gradient =
                Blas.product(rows.transposed(), factor.asIs()).data().toArray(TensorData.F64);
        int penalised = weights.length - columns;
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (gradient[i] + (i < penalised ? penalty * weights[i] : 0)) / n;
        }
        return gradient;
    }

    private double[] logits(double[] weights) {
        Matrix factor = matrix(weights, rows.columns(), targets.columns());
        return Blas.product(rows.asIs(), factor.asIs()).data().toArray(TensorData.F64);
    }

    private static Matrix matrix(double[] elements, int rows, int columns) {
        Matrix matrix = Matrix.allocate(rows, columns);
        matrix.data().copyFrom(MemorySegment.ofArray(elements));
        return matrix;
    }

    /** Of the weights without the bias, which is not penalised. */
    private double squares(double[] weights) {
        return product(weights, weights);
    }

    private double product(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length - targets.columns(); i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] scaled(double factor, double[] vector) {
        return Arrays.stream(vector).map(element -> factor * element).toArray();
    }

    private static double largest(double[] gradient) {
        double largest = 0;
        for (double component : gradient) {
            largest = Math.max(largest, Math.abs(component));
        }
        return largest;
    }
}
