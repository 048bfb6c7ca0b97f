package io.sinter.permutation;

import io.sinter.linalg.Assignment;
import io.sinter.linalg.Matrix;
import io.sinter.permutation.Units.Kind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Where units stand while they are matched: at first where they are. */
final class UnitPlaces {

    /** Less than this part of the whole is rounding. */
    static final double GAIN = 1e-9;

    private final UnitMap map;
    private final Map<Units, int[]> places = new LinkedHashMap<>();

    UnitPlaces(UnitMap map) {
        this.map = map;
    }

    /** The permutations so far. */
    Permutations permutations() {
        return new Permutations(places);
    }

    /** What is to be matched, the residual stream first; queries and keys stand for their layer's values too. */
    Set<Units> order() {
        Set<Units> all = new LinkedHashSet<>();
        for (Kind kind : Kind.values()) {
            map.tensors().values().stream()
                    .flatMap(TensorUnits::all)
                    .filter(units -> units.kind() == kind && kind != Kind.VALUE)
                    .forEach(all::add);
        }
        return all;
    }

    /**
     * Assigns units of the model to those of the reference by exact linear assignment, where that is better than where they
     * stand. Heads are matched by what their queries, keys and values are worth under the best permutations within each pair of
     * heads.
     *
     * @param likeness element i, j: how like the reference's unit i the model's unit j is
     * @return whether any changed its place
     */
    boolean improve(Units units, Function<Units, Matrix> likeness) {
        return units.kind() == Kind.QUERY_KEY
                ? improveHeads(units, likeness)
                : improveSingle(units, likeness.apply(units));
    }

    private boolean improveSingle(Units units, Matrix values) {
        int[] found = Assignment.greatest(values);
        double worth = Assignment.sum(values, found);
        boolean better = worth - Assignment.sum(values, placesOf(units, found.length)) > GAIN * Math.abs(worth);
        if (better) {
            places.put(units, found);
        }
        return better;
    }

    private boolean improveHeads(Units queries, Function<Units, Matrix> likeness) {
        Units values = Units.of(Kind.VALUE, queries.layer());
        Matrix ofQueries = likeness.apply(queries);
        Matrix ofValues = likeness.apply(values);
        int heads = map.heads();
        int[][][] within = new int[heads][heads][];
        int[][][] withinValues = new int[heads][heads][];
        Matrix worth = Matrix.allocate(heads, heads);
        for (int i = 0; i < heads; i++) {
            for (int j = 0; j < heads; j++) {
                Matrix pair = head(ofQueries, i, j);
                Matrix pairOfValues = head(ofValues, i, j);
                within[i][j] = Assignment.greatest(pair);
                withinValues[i][j] = Assignment.greatest(pairOfValues);
                worth.set(i, j, Assignment.sum(pair, within[i][j]) + Assignment.sum(pairOfValues, withinValues[i][j]));
            }
        }
        int[] assigned = Assignment.greatest(worth);
        double found = Assignment.sum(worth, assigned);
        double current = Assignment.sum(ofQueries, placesOf(queries, ofQueries.rows()))
                + Assignment.sum(ofValues, placesOf(values, ofValues.rows()));
        boolean better = found - current > GAIN * Math.abs(found);
        if (better) {
            places.put(queries, joined(assigned, within));
            places.put(values, joined(assigned, withinValues));
        }
        return better;
    }

    private int[] placesOf(Units units, int count) {
        return places.getOrDefault(units, IntStream.range(0, count).toArray());
    }

    private Matrix head(Matrix whole, int row, int column) {
        int width = whole.rows() / map.heads();
        return whole.rows(row * width, (row + 1) * width).columns(column * width, (column + 1) * width);
    }

    private static int[] joined(int[] heads, int[][][] within) {
        return IntStream.range(0, heads.length)
                .flatMap(i -> {
                    int[] inside = within[i][heads[i]];
                    return Arrays.stream(inside).map(j -> heads[i] * inside.length + j);
                })
                .toArray();
    }
}
