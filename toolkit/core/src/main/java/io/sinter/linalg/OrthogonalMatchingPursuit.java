package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Vectors as combinations of a few given points: orthogonal matching pursuit (Pati, Rezaiifar and Krishnaprasad,
 * "Orthogonal matching pursuit", Asilomar 1993). Step by step, the point whose inner product with what is left of the target
 * is largest in size is chosen, and the target is projected onto the span of all points chosen so far. Points are taken as
 * they are, not brought to length 1, so that long ones are preferred.
 *
 * <p>Inner products with all points are computed in float, everything about the points chosen in double: products that
 * float cannot tell apart count as equal, and the first point wins. No point is chosen twice, nor one that is a combination
 * of those chosen (less than 10⁻⁵ of its length points elsewhere). It ends early when less than 10⁻⁷ of the target is left
 * or no point has a part in it, so there may be fewer than k points; the first ones do not depend on k.
 *
 * <p>Where the points' Gram matrix fits into 2 GiB and there is enough to do, products are updated from it (as in "batch
 * OMP"); otherwise they are computed anew in each step. Cost, for n points, t targets and width d: about {@code 2n²d + tnk²}
 * operations, or {@code 2tnkd}.
 */
public final class OrthogonalMatchingPursuit {

    private static final long MOST_GRAM_BYTES = 2L << 30;
    private static final int MOST_PRODUCTS = 1 << 23;

    private final Arena arena;
    private final Matrix points;
    private final Matrix targets;
    private final FloatMatrix rounded;
    private final double longest;
    private final int most;
    private final int batch;
    private final int[][] columns;
    private final double[][] weights;

    private OrthogonalMatchingPursuit(Matrix points, Matrix targets, int most, Arena arena) {
        this.arena = arena;
        this.points = points;
        this.targets = targets;
        this.rounded = FloatMatrix.of(points, arena);
        this.longest = Math.sqrt(IntStream.range(0, points.rows())
                .mapToDouble(i -> Selection.dot(points.row(i), points.row(i)))
                .max()
                .orElse(0));
        this.most = most;
        this.batch = Math.max(1, Math.min(targets.rows(), MOST_PRODUCTS / points.rows()));
        this.columns = new int[targets.rows()][];
        this.weights = new double[targets.rows()][];
    }

    /**
     * Finds the combinations.
     *
     * @param points {@code [n, d]}
     * @param targets {@code [t, d]}
     * @param k how many points a target gets at most
     * @return for each target the points chosen, in order, and the coefficients of least squares on them
     * @throws IncompatibleException if there are no points
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static SparseRows fit(Matrix points, Matrix targets, int k) {
        if (k < 1 || points.columns() != targets.columns()) {
            throw new IllegalArgumentException(
                    "%d points of width %d for targets of width %d".formatted(k, points.columns(), targets.columns()));
        }
        if (points.rows() == 0) {
            throw new IncompatibleException("omp: got no points to combine");
        }
        points.requireFinite("omp: points");
        targets.requireFinite("omp: targets");
        long gramBytes = (long) points.rows() * points.rows() * Float.BYTES;
        boolean worthIt = (long) targets.rows() * k >= points.rows();
        // Gigabytes that must not wait for the garbage collector.
        try (Arena arena = Arena.ofShared()) {
            var pursuit = new OrthogonalMatchingPursuit(points, targets, Math.min(k, points.rows()), arena);
            return gramBytes <= MOST_GRAM_BYTES && worthIt ? pursuit.byGram() : pursuit.byResidual();
        }
    }

    /** With products updated from the Gram matrix, one target after another. */
    private SparseRows byGram() {
        FloatMatrix gram = FloatMatrix.allocate(points.rows(), points.rows(), arena);
        Blas.timesTransposed(rounded, rounded, gram);
        FloatMatrix roundedTargets = FloatMatrix.of(targets, arena);
        FloatMatrix products = FloatMatrix.allocate(batch, points.rows(), arena);
        List<GramPursuit> workers = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            workers.add(new GramPursuit(points, rounded, gram, longest, most));
        }
        for (int start = 0; start < targets.rows(); start += batch) {
            int first = start;
            int end = Math.min(targets.rows(), first + batch);
            FloatMatrix part = products.rows(0, end - first);
            Blas.timesTransposed(roundedTargets.rows(first, end), rounded, part);
            AtomicInteger next = new AtomicInteger(first);
            workers.parallelStream().forEach(worker -> {
                for (int i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
                    keep(i, worker.pursue(targets.row(i), part, i - first));
                }
            });
        }
        return new SparseRows(columns, weights);
    }

    /** With products computed anew in each step, for many targets at once. */
    private SparseRows byResidual() {
        FloatMatrix residuals = FloatMatrix.allocate(batch, points.columns(), arena);
        FloatMatrix products = FloatMatrix.allocate(batch, points.rows(), arena);
        for (int first = 0; first < targets.rows(); first += batch) {
            List<Selection> selections = new ArrayList<>();
            for (int i = first; i < Math.min(targets.rows(), first + batch); i++) {
                MemorySegment target = targets.row(i);
                selections.add(new Selection(points, longest, target, most));
            }
            List<Selection> open = selections;
            while (!open.isEmpty()) {
                open = step(open, residuals.rows(0, open.size()), products.rows(0, open.size()));
            }
            for (int i = 0; i < selections.size(); i++) {
                keep(first + i, selections.get(i));
            }
        }
        return new SparseRows(columns, weights);
    }

    /** Chooses a point for each target; returns those that found one. */
    private List<Selection> step(List<Selection> open, FloatMatrix residuals, FloatMatrix products) {
        forEach(open.size(), i -> residuals.setRow(i, open.get(i).residual()));
        Blas.timesTransposed(residuals, rounded, products);
        boolean[] chose = new boolean[open.size()];
        forEach(open.size(), i -> {
            float[] row = new float[points.rows()];
            products.copyRow(i, row);
            float largest = open.get(i).largest(row);
            chose[i] = open.get(i).choose(row, largest, largest);
        });
        return IntStream.range(0, open.size())
                .filter(i -> chose[i])
                .mapToObj(open::get)
                .toList();
    }

    private static void forEach(int count, IntConsumer body) {
        IntStream.range(0, count).parallel().forEach(body);
    }

    private void keep(int target, Selection selection) {
        columns[target] = selection.chosen();
        weights[target] = selection.coefficients();
    }
}
