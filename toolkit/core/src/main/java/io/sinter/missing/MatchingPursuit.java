package io.sinter.missing;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.linalg.LeastSquares;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.RowProducts;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Matching pursuit with rotary positions, for models whose attention turns its keys: a missing token's guide row is written as
 * a combination of k shared tokens' guide rows, each at a position of its own, and the same combination of their own rows at
 * these positions is the new row.
 *
 * <p>In each step the shared row whose inner product with what is left is largest in size is taken, never twice; of the
 * positions that turn it towards what is left and towards its opposite, the smaller in size; and its part is taken off.
 * Coefficients are those of least squares on the turned rows.
 *
 * @param guideHeads number of attention heads of the guide's model
 * @param ownHeads number of attention heads of the own model
 * @param k how many shared tokens; 8 if null; all, if there are fewer
 * @param ropeBase base of the rotary frequencies; 10000 if null
 */
public record MatchingPursuit(
        int guideHeads,
        int ownHeads,
        @Nullable Integer k,
        @Nullable Double ropeBase) implements MissingRows {

    private static final int USUAL = 8;
    private static final double BASE = 10_000;

    /**
     * Checks the numbers.
     *
     * @throws RecipeException if one is out of range
     */
    public MatchingPursuit {
        Neighbours.requireAtLeastOne("matching-pursuit", k);
        if (guideHeads < 1 || ownHeads < 1 || (ropeBase != null && !(ropeBase > 1))) {
            throw new RecipeException(
                    "missing: matching-pursuit: got guide_heads %d, own_heads %d, rope_base %s; expected 1 or more heads and a base above 1"
                            .formatted(guideHeads, ownHeads, ropeBase));
        }
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SHARED);
    }

    @Override
    public Matrix fill(Lack lack) {
        int steps = Math.min(k == null ? USUAL : k, lack.requireShared(method()));
        Matrix points = lack.guidePoints();
        Matrix own = lack.ownPoints();
        Rope guideRope = rope(points.columns(), guideHeads);
        Rope ownRope = rope(lack.tableColumns(), ownHeads);
        Matrix targets = lack.targets();
        Pursuit[] pursuits = IntStream.range(0, targets.rows())
                .mapToObj(i -> new Pursuit(guideRope, targets.row(i).toArray(TensorData.F64), steps))
                .toArray(Pursuit[]::new);
        Matrix residuals = targets.copy();
        for (int step = 0; step < steps; step++) {
            int at = step;
            RowProducts.forEach(residuals, points, (i, products) -> {
                pursuits[i].take(at, products, points);
                residuals.row(i).copyFrom(MemorySegment.ofArray(pursuits[i].residual));
            });
        }
        Matrix filled = Matrix.allocate(targets.rows(), own.columns());
        IntStream.range(0, targets.rows())
                .parallel()
                .forEach(i -> pursuits[i].combine(targets.gather(i), own, ownRope, filled, i));
        return filled;
    }

    private Rope rope(int width, int heads) {
        if (width % (2 * heads) != 0) {
            throw new IncompatibleException(
                    "missing: matching-pursuit: got %d heads for width %d, expected heads of an even width"
                            .formatted(heads, width));
        }
        return new Rope(heads, width / heads, ropeBase == null ? BASE : ropeBase);
    }

    /** One target's points, their positions and turned rows. */
    private static final class Pursuit {

        private final Rope rope;
        private final double[] residual;
        private final int[] chosen;
        private final double[] positions;
        private final Matrix turned;

        Pursuit(Rope rope, double[] target, int steps) {
            this.rope = rope;
            this.residual = target;
            this.chosen = new int[steps];
            this.positions = new double[steps];
            this.turned = Matrix.allocate(steps, target.length);
        }

        void take(int step, double[] products, Matrix points) {
            int best = -1;
            for (int i = 0; i < products.length; i++) {
                boolean larger = best < 0 || Math.abs(products[i]) > Math.abs(products[best]);
                best = larger && !isChosen(step, i) ? i : best;
            }
            double[] point = points.row(best).toArray(TensorData.F64);
            double towards = rope.position(point, residual);
            double against = rope.position(point, negative(residual));
            chosen[step] = best;
            positions[step] = Math.abs(towards) < Math.abs(against) ? towards : against;
            double[] row = rope.turned(point, positions[step]);
            double product = 0;
            double square = 0;
            for (int i = 0; i < row.length; i++) {
                product += row[i] * residual[i];
                square += row[i] * row[i];
                turned.set(step, i, row[i]);
            }
            double coefficient = square == 0 ? 0 : product / square;
            for (int i = 0; i < row.length; i++) {
                residual[i] -= coefficient * row[i];
            }
        }

        void combine(Matrix target, Matrix own, Rope ownRope, Matrix filled, int at) {
            double[] weights = LeastSquares.weights(turned, target);
            for (int step = 0; step < chosen.length; step++) {
                double[] row = ownRope.turned(own.row(chosen[step]).toArray(TensorData.F64), positions[step]);
                for (int i = 0; i < row.length; i++) {
                    filled.set(at, i, filled.get(at, i) + weights[step] * row[i]);
                }
            }
        }

        private boolean isChosen(int count, int point) {
            for (int i = 0; i < count; i++) {
                if (chosen[i] == point) {
                    return true;
                }
            }
            return false;
        }

        private static double[] negative(double[] numbers) {
            double[] negative = new double[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                negative[i] = -numbers[i];
            }
            return negative;
        }
    }
}
