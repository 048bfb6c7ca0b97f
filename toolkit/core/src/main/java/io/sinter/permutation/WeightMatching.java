package io.sinter.permutation;

import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrix;
import io.sinter.permutation.Units.Kind;
import io.sinter.tensor.TensorData;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Matches the units of a model to those of a reference by their weights: the permutations for which the sum of the products of
 * corresponding weights is greatest, so that the distance between the models is least. Coordinate descent: one kind of units of
 * one layer after the other by exact linear assignment while the others stay, until nothing changes. Heads are matched by what
 * their queries, keys and values are worth under the best permutations within each pair of heads.
 *
 * <p>Units are first matched by tensors whose other axis is settled: the residual stream by embeddings and norms, then the
 * layers by what they read from it. What is found depends on nothing but the weights; it is a local optimum, and never worse
 * than leaving all units where they are. Source: Ainsworth, Hayase, Srinivasa, "Git Re-Basin: merging models modulo permutation
 * symmetries", 2023, algorithm 1.
 */
public final class WeightMatching {

    /** Rounds over all units; a handful is enough. */
    private static final int MOST_ROUNDS = 30;

    /** Rows of a tensor that are read as doubles at a time. */
    private static final long AT_ONCE = 4096;

    private final UnitMap map;
    private final Function<String, TensorData> reference;
    private final Function<String, TensorData> model;
    private final UnitPlaces places;
    private final Set<Units> settled = new HashSet<>();

    private WeightMatching(UnitMap map, Function<String, TensorData> reference, Function<String, TensorData> model) {
        this.map = map;
        this.reference = reference;
        this.model = model;
        this.places = new UnitPlaces(map);
    }

    /**
     * The permutations that bring a model nearest to a reference.
     *
     * @param reference its tensors, by name
     * @param model likewise, of the same shapes
     */
    public static Permutations of(
            UnitMap map, Function<String, TensorData> reference, Function<String, TensorData> model) {
        WeightMatching matching = new WeightMatching(map, reference, model);
        double before = matching.likeness();
        Set<Units> order = matching.places.order();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            boolean changed = false;
            for (Units units : order) {
                changed |= matching.improve(units);
            }
            if (!changed) {
                break;
            }
        }
        return matching.likeness() > before + UnitPlaces.GAIN * Math.abs(before)
                ? matching.places.permutations()
                : new Permutations(Map.of());
    }

    private boolean improve(Units units) {
        boolean changed = places.improve(units, this::likeness);
        settled.add(units);
        if (units.kind() == Kind.QUERY_KEY) {
            settled.add(Units.of(Kind.VALUE, units.layer()));
        }
        return changed;
    }

    /**
     * Element i, j: the products of the reference's unit i with the model's unit j, over all tensors that have them; the first
     * time over those whose other axis is settled, if there are any.
     */
    private Matrix likeness(Units units) {
        List<String> all = map.tensors().keySet().stream()
                .filter(name -> units(name).has(units))
                .toList();
        List<String> known =
                all.stream().filter(name -> isSettled(units(name), units)).toList();
        boolean first = !settled.contains(units) && !known.isEmpty();
        Matrix sum = null;
        for (String name : first ? known : all) {
            if (units(name).rows().filter(units::equals).isPresent()) {
                sum = addRows(name, sum);
            }
            if (units(name).columns().filter(units::equals).isPresent()) {
                sum = addColumns(name, sum);
            }
        }
        if (sum == null) {
            throw new IllegalArgumentException("no tensor has " + units);
        }
        return sum;
    }

    private TensorUnits units(String name) {
        TensorUnits units = map.tensors().get(name);
        if (units == null) {
            throw new IllegalArgumentException("tensor " + name + " has no units");
        }
        return units;
    }

    private boolean isSettled(TensorUnits tensor, Units units) {
        boolean once = tensor.all().distinct().count() == tensor.all().count();
        return once && tensor.all().allMatch(u -> u.equals(units) || settled.contains(u));
    }

    private Matrix addRows(String name, @Nullable Matrix sum) {
        TensorUnits units = units(name);
        Matrix own = Matrix.copyOf(units.matrix(reference.apply(name)));
        Matrix its = Matrix.copyOf(placed(name, new TensorUnits(Optional.empty(), units.columns())));
        Matrix result = sum == null ? Matrix.allocate(own.rows(), own.rows()) : sum;
        Blas.gemm(1, own.asIs(), its.transposed(), 1, result);
        return result;
    }

    private Matrix addColumns(String name, @Nullable Matrix sum) {
        TensorUnits units = units(name);
        TensorData own = units.matrix(reference.apply(name));
        TensorData its = placed(name, new TensorUnits(units.rows(), Optional.empty()));
        int width = Math.toIntExact(own.dim(1));
        Matrix result = sum == null ? Matrix.allocate(width, width) : sum;
        for (long from = 0; from < own.dim(0); from += AT_ONCE) {
            long to = Math.min(own.dim(0), from + AT_ONCE);
            Blas.gemm(
                    1,
                    Matrix.copyOf(own.rows(from, to)).transposed(),
                    Matrix.copyOf(its.rows(from, to)).asIs(),
                    1,
                    result);
        }
        return result;
    }

    /** The model's tensor as a matrix, with some of its units at their places. */
    private TensorData placed(String name, TensorUnits moved) {
        TensorData matrix = units(name).matrix(model.apply(name));
        Permutations permutations = places.permutations();
        if (!permutations.moves(moved)) {
            return matrix;
        }
        TensorData target = TensorData.allocate(matrix.dtype(), matrix.shape());
        permutations.into(matrix, moved, target);
        return target;
    }

    /** The products of all corresponding weights. */
    private double likeness() {
        double sum = 0;
        for (String name : map.tensors().keySet()) {
            TensorData own = units(name).matrix(reference.apply(name));
            TensorData its = placed(name, units(name));
            for (long from = 0; from < own.dim(0); from += AT_ONCE) {
                long to = Math.min(own.dim(0), from + AT_ONCE);
                sum += product(Matrix.copyOf(own.rows(from, to)), Matrix.copyOf(its.rows(from, to)));
            }
        }
        return sum;
    }

    private static double product(Matrix one, Matrix other) {
        int elements = Math.multiplyExact(one.rows(), one.columns());
        Matrix row = new Matrix(1, elements, one.data());
        return Blas.product(row.asIs(), new Matrix(1, elements, other.data()).transposed())
                .get(0, 0);
    }
}
