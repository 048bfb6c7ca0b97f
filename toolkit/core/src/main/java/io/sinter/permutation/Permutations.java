package io.sinter.permutation;

import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * New places for units: place i gets the unit that was at {@code of(units)[i]}. Units that are not in it stay.
 *
 * @param places by units
 */
public record Permutations(Map<Units, int[]> places) {

    /** Keeps the map from change. */
    public Permutations {
        places = Map.copyOf(places);
    }

    /** How many units change places. */
    public long moved() {
        return places.values().stream()
                .mapToLong(
                        p -> IntStream.range(0, p.length).filter(i -> p[i] != i).count())
                .sum();
    }

    /** Whether a tensor changes. */
    public boolean moves(TensorUnits units) {
        return units.all().anyMatch(places::containsKey);
    }

    /**
     * Writes a tensor with its units at their new places.
     *
     * @param target of the same type and shape, in other memory
     */
    public void into(TensorData tensor, TensorUnits units, TensorData target) {
        TensorData from = units.matrix(tensor);
        long width = from.dim(1);
        long bytes = tensor.dtype().byteSize(1);
        int @Nullable [] rows = find(units.rows());
        int @Nullable [] columns = find(units.columns());
        for (long row = 0; row < from.dim(0); row++) {
            long source = (rows == null ? row : rows[(int) row]) * width;
            if (columns == null) {
                MemorySegment.copy(from.data(), source * bytes, target.data(), row * width * bytes, width * bytes);
            } else {
                for (int column = 0; column < width; column++) {
                    MemorySegment.copy(
                            from.data(),
                            (source + columns[column]) * bytes,
                            target.data(),
                            (row * width + column) * bytes,
                            bytes);
                }
            }
        }
    }

    private int @Nullable [] find(Optional<Units> units) {
        return units.map(places::get).orElse(null);
    }
}
