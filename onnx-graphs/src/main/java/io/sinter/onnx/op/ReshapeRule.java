package io.sinter.onnx.op;

import static io.sinter.tensor.DType.INT64;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reshape: 0 copies an extent, -1 takes what is left; named extents on both sides cancel. */
final class ReshapeRule {

    private ReshapeRule() {}

    static @Nullable TensorType reshape(Call call) {
        call.require(1, INT64);
        Contents target = call.contents(1);
        Shape shape = target == null ? ofUnknownExtents(call.shape(1)) : shape(call, target);
        return call.typed(call.dtype(0), shape);
    }

    /** The shape that a vector of that type describes, if its length is known. */
    static @Nullable Shape ofUnknownExtents(@Nullable Shape vector) {
        return vector != null && vector.rank() == 1 && vector.dim(0) instanceof Dim.Known(long rank) && rank < 64
                ? Dims.unknown((int) rank)
                : null;
    }

    private static Shape shape(Call call, Contents target) {
        Shape input = call.shape(0);
        List<Dim> dims = new ArrayList<>();
        int open = -1;
        for (int i = 0; i < target.elements().size(); i++) {
            switch (target.elements().get(i)) {
                case Contents.Element.Extent(Dim dim) -> dims.add(dim);
                case Contents.Element.Number(long number) -> {
                    if (number == -1) {
                        if (open >= 0) {
                            throw call.error("shape %s has -1 twice".formatted(describe(target)));
                        }
                        open = i;
                    }
                    dims.add(number == -1 ? Dim.unknown() : extent(call, number, i));
                }
            }
        }
        if (input == null) {
            return new Shape(dims);
        }
        List<Dim> rest = new ArrayList<>(dims);
        if (open >= 0) {
            rest.remove(open);
        }
        boolean empty = rest.contains(Dim.of(0)) && open >= 0;
        Optional<Dim> quotient = empty ? Optional.of(Dim.unknown()) : Dims.quotient(input.dims(), rest);
        boolean mismatch = open < 0 && differ(input, dims);
        if ((quotient.isEmpty() && open >= 0) || mismatch) {
            throw call.error("elements of %s do not fill shape %s".formatted(input, describe(target)));
        }
        if (open >= 0) {
            dims.set(open, quotient.orElseThrow());
        }
        return new Shape(dims);
    }

    private static boolean differ(Shape input, List<Dim> dims) {
        return Dims.product(input.dims()) instanceof Dim.Known before
                && Dims.product(dims) instanceof Dim.Known after
                && !before.equals(after);
    }

    private static Dim extent(Call call, long number, int axis) {
        if (number < -1) {
            throw call.error("extent " + number + " in the shape");
        }
        if (number > 0 || call.integer("allowzero", 0) != 0) {
            return Dim.of(number);
        }
        Shape input = call.shape(0);
        if (input != null && axis >= input.rank()) {
            throw call.error(
                    "0 at position %d copies an extent, but the tensor has rank %d".formatted(axis, input.rank()));
        }
        return input == null ? Dim.unknown() : input.dim(axis);
    }

    private static String describe(Contents target) {
        return target.elements().stream()
                .map(element -> switch (element) {
                    case Contents.Element.Number(long number) -> Long.toString(number);
                    case Contents.Element.Extent(Dim dim) -> dim.toString();
                })
                .toList()
                .toString();
    }
}
