package io.sinter.permutation;

import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which units the axes of a tensor run over. A tensor of another rank than 2 is looked at as a matrix of its last axis where
 * that is of units, else of its first.
 *
 * @param rows units of the first axis
 * @param columns units of the last axis
 */
public record TensorUnits(Optional<Units> rows, Optional<Units> columns) {

    /** The tensor as a matrix, over the same memory. */
    TensorData matrix(TensorData tensor) {
        long elements = tensor.elementCount();
        long width = columns.isPresent() ? tensor.dim(-1) : elements / Math.max(1, tensor.dim(0));
        long height = width == 0 ? 0 : elements / width;
        return new TensorData(tensor.dtype(), List.of(height, width), tensor.data());
    }

    /** Whether one of its axes is of these units. */
    boolean has(Units units) {
        return all().anyMatch(units::equals);
    }

    /** Those of both axes. */
    Stream<Units> all() {
        return Stream.of(rows.orElse(null), columns.orElse(null)).filter(Objects::nonNull);
    }
}
