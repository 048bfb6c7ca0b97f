package io.sinter.linalg;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Follows one target after another with the inner products of all points at hand. Inner products of the points with each
 * new orthonormal direction come from one row of the Gram matrix and those of the earlier directions, which stay in the
 * processor's cache; so a step costs as many additions a point as points are chosen, not as the vectors are wide.
 */
final class GramPursuit {

    private static final int BLOCK = 2048;

    /** Products are computed anew when they have shrunk by this: rounding has stayed behind. */
    private static final float SHRUNK = 1e-3f;

    private final Matrix points;
    private final FloatMatrix rounded;
    private final FloatMatrix gram;
    private final double longest;
    private final float[] products;
    private final float[][] directions;

    /** Work space for one thread. */
    GramPursuit(Matrix points, FloatMatrix rounded, FloatMatrix gram, double longest, int most) {
        this.points = points;
        this.rounded = rounded;
        this.gram = gram;
        this.longest = longest;
        this.products = new float[points.rows()];
        this.directions = new float[most][points.rows()];
    }

    /**
     * Chooses points for a target.
     *
     * @param first row of {@code all} with the products of the points with the target
     */
    Selection pursue(MemorySegment target, FloatMatrix all, int first) {
        Selection selection = new Selection(points, longest, target, directions.length);
        all.copyRow(first, products);
        float largest = selection.largest(products);
        float scale = largest;
        while (selection.choose(products, largest, scale)) {
            gram.copyRow(selection.last(), directions[selection.count() - 1]);
            for (int from = 0; from < products.length; from += BLOCK) {
                step(selection, from, Math.min(products.length, from + BLOCK));
            }
            largest = selection.largest(products);
            if (largest < SHRUNK * scale) {
                refresh(selection);
                largest = selection.largest(products);
                scale = largest;
            }
        }
        return selection;
    }

    /** Finishes the newest direction and takes its part off the products, for the points {@code [from, to)}. */
    private void step(Selection selection, int from, int to) {
        int last = selection.count() - 1;
        double[] l = selection.lastFactor();
        float[] newest = directions[last];
        int i = 0;
        for (; i + 4 <= last; i += 4) {
            subtract(newest, directions, l, i, from, to);
        }
        for (; i < last; i++) {
            subtract(newest, directions[i], (float) l[i], from, to);
        }
        finish(newest, (float) (1 / l[last]), (float) selection.lastProjection(), from, to);
    }

    private static void subtract(float[] y, float[][] directions, double[] l, int i, int from, int to) {
        float[] p = directions[i];
        float[] q = directions[i + 1];
        float[] r = directions[i + 2];
        float[] s = directions[i + 3];
        float a = (float) l[i];
        float b = (float) l[i + 1];
        float c = (float) l[i + 2];
        float d = (float) l[i + 3];
        for (int j = from; j < to; j++) {
            y[j] -= a * p[j] + b * q[j] + (c * r[j] + d * s[j]);
        }
    }

    private static void subtract(float[] y, float[] p, float a, int from, int to) {
        for (int j = from; j < to; j++) {
            y[j] -= a * p[j];
        }
    }

    private void finish(float[] newest, float inverse, float projection, int from, int to) {
        for (int j = from; j < to; j++) {
            newest[j] *= inverse;
            products[j] -= projection * newest[j];
        }
    }

    private void refresh(Selection selection) {
        try (Arena arena = Arena.ofConfined()) {
            FloatMatrix residual = FloatMatrix.allocate(1, points.columns(), arena);
            residual.setRow(0, selection.residual());
            FloatMatrix fresh = FloatMatrix.allocate(1, products.length, arena);
            Blas.timesTransposed(residual, rounded, fresh);
            fresh.copyRow(0, products);
        }
    }
}
