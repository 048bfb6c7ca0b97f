package io.sinter.onnx.ir;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The extents of a tensor of known rank, some of which may vary at run time.
 *
 * @param dims extents, first axis first; empty for a scalar
 */
public record Shape(List<Dim> dims) {

    /** Copies the list. */
    public Shape {
        dims = List.copyOf(dims);
    }

    /** A shape of fixed extents. */
    public static Shape of(long... sizes) {
        return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
    }

    /** A shape of the given extents. */
    public static Shape of(Dim... dims) {
        return new Shape(List.of(dims));
    }

    /** A shape of fixed extents. */
    public static Shape of(List<Long> sizes) {
        return new Shape(sizes.stream().map(Dim::of).toList());
    }

    /** Number of axes. */
    public int rank() {
        return dims.size();
    }

    /** Extent of one axis; negative axes count from the end. */
    public Dim dim(int axis) {
        return dims.get(axis < 0 ? axis + dims.size() : axis);
    }

    /** All extents, if all are fixed. */
    public Optional<List<Long>> known() {
        return dims.stream().allMatch(Dim.Known.class::isInstance)
                ? Optional.of(dims.stream().map(d -> ((Dim.Known) d).size()).toList())
                : Optional.empty();
    }

    @Override
    public String toString() {
        return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
