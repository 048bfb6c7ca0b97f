package io.sinter.linalg;

import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The points chosen for one target, and the least-squares coefficients on them, in double. The triangular factor L of their
 * inner products {@code G = L Lᵀ} and {@code c = L⁻¹ Pᵀx} grow by a row with each point; the square of the residual falls by
 * {@code c²} (Rubinstein, Zibulevsky and Elad, "Efficient implementation of the K-SVD algorithm using batch orthogonal
 * matching pursuit", 2008).
 */
final class Selection {

    /** A point counts as a combination of those chosen if less than 10⁻⁵ of its length points elsewhere. */
    private static final double DEPENDENT = 1e-10;

    /** A target counts as reached when less than 10⁻⁷ of its length is left. */
    private static final double REACHED = 1e-14;

    /** Relative to the lengths: what float leaves of inner products that are zero. */
    private static final double NOISE = 2e-6;

    /** Relative to the largest: inner products that float cannot tell apart; the first point wins. */
    private static final float TIE = 4e-6f;

    private final Matrix points;
    private final double longest;
    private final MemorySegment target;
    private final int[] chosen;
    private final double[][] factor;
    private final double[] projections;
    private final double targetSquare;
    private int count;
    private double residualSquare;
    private int[] dependent = new int[0];

    /**
     * Nothing chosen yet.
     *
     * @param longest length of the longest point
     * @param most how many points can be chosen
     */
    Selection(Matrix points, double longest, MemorySegment target, int most) {
        this.points = points;
        this.longest = longest;
        this.target = target;
        this.chosen = new int[most];
        this.factor = new double[most][];
        this.projections = new double[most];
        this.targetSquare = dot(target, target);
        this.residualSquare = targetSquare;
    }

    /** How many points are chosen. */
    int count() {
        return count;
    }

    /** The point chosen last. */
    int last() {
        return chosen[count - 1];
    }

    /** The points chosen, in order. */
    int[] chosen() {
        return Arrays.copyOf(chosen, count);
    }

    /** The last row of L: inner products of the last point with the orthonormal directions, its own at the end. */
    double[] lastFactor() {
        return factor[count - 1];
    }

    /** Inner product of the target with the last direction. */
    double lastProjection() {
        return projections[count - 1];
    }

    /**
     * Chooses the point whose inner product with the residual is largest in size.
     *
     * @param products of every point with the residual; those of points that cannot be chosen are set to zero
     * @param largest what {@link #largest} says of them
     * @param scale what the products' rounding is relative to
     * @return whether there was one
     */
    boolean choose(float[] products, float largest, float scale) {
        float size = largest;
        while (count < chosen.length && residualSquare > REACHED * targetSquare) {
            if (size <= NOISE * Math.sqrt(residualSquare) * longest) {
                return false;
            }
            int point = first(products, size - TIE * scale);
            if (add(point)) {
                return true;
            }
            dependent = Arrays.copyOf(dependent, dependent.length + 1);
            dependent[dependent.length - 1] = point;
            size = largest(products);
        }
        return false;
    }

    /** The largest product in size, of the points that can still be chosen; the others are set to zero. */
    float largest(float[] products) {
        for (int i = 0; i < count; i++) {
            products[chosen[i]] = 0;
        }
        for (int point : dependent) {
            products[point] = 0;
        }
        float largest = 0;
        for (float product : products) {
            largest = Math.max(largest, Math.abs(product));
        }
        return largest;
    }

    private static int first(float[] products, float atLeast) {
        int point = 0;
        while (products[point] == 0 || Math.abs(products[point]) < atLeast) {
            point++;
        }
        return point;
    }

    private boolean add(int point) {
        MemorySegment row = points.row(point);
        double[] l = new double[count + 1];
        double length = dot(row, row);
        double square = length;
        double projection = dot(row, target);
        for (int j = 0; j < count; j++) {
            double product = dot(row, points.row(chosen[j]));
            for (int m = 0; m < j; m++) {
                product -= l[m] * factor[j][m];
            }
            l[j] = product / factor[j][j];
            square -= l[j] * l[j];
            projection -= l[j] * projections[j];
        }
        if (square <= DEPENDENT * length) {
            return false;
        }
        l[count] = Math.sqrt(square);
        factor[count] = l;
        chosen[count] = point;
        projections[count] = projection / l[count];
        residualSquare -= projections[count] * projections[count];
        count++;
        return true;
    }

    /** The least-squares coefficients of the points chosen, in order, refined once against the target itself. */
    double[] coefficients() {
        double[] coefficients = solveUpper(Arrays.copyOf(projections, count));
        double[] residual = residual(coefficients);
        MemorySegment rest = MemorySegment.ofArray(residual);
        double[] left = new double[count];
        for (int i = 0; i < count; i++) {
            double product = dot(points.row(chosen[i]), rest);
            for (int j = 0; j < i; j++) {
                product -= factor[i][j] * left[j];
            }
            left[i] = product / factor[i][i];
        }
        double[] correction = solveUpper(left);
        for (int i = 0; i < count; i++) {
            coefficients[i] += correction[i];
        }
        return coefficients;
    }

    /** What the points chosen leave of the target. */
    double[] residual() {
        return residual(coefficients());
    }

    private double[] residual(double[] coefficients) {
        double[] residual = target.toArray(TensorData.F64);
        for (int i = 0; i < count; i++) {
            MemorySegment row = points.row(chosen[i]);
            for (int j = 0; j < residual.length; j++) {
                residual[j] -= coefficients[i] * row.get(TensorData.F64, (long) j * Double.BYTES);
            }
        }
        return residual;
    }

    /** Solves {@code Lᵀ y = b}, in place. */
    private double[] solveUpper(double[] b) {
        for (int i = count - 1; i >= 0; i--) {
            b[i] /= factor[i][i];
            for (int j = 0; j < i; j++) {
                b[j] -= factor[i][j] * b[i];
            }
        }
        return b;
    }

    /** Four sums, so that one addition need not wait for the one before. */
    static double dot(MemorySegment a, MemorySegment b) {
        long end = a.byteSize();
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        long at = 0;
        for (; at + 32 <= end; at += 32) {
            s0 += a.get(TensorData.F64, at) * b.get(TensorData.F64, at);
            s1 += a.get(TensorData.F64, at + 8) * b.get(TensorData.F64, at + 8);
            s2 += a.get(TensorData.F64, at + 16) * b.get(TensorData.F64, at + 16);
            s3 += a.get(TensorData.F64, at + 24) * b.get(TensorData.F64, at + 24);
        }
        for (; at < end; at += 8) {
            s0 += a.get(TensorData.F64, at) * b.get(TensorData.F64, at);
        }
        return s0 + s1 + (s2 + s3);
    }
}
