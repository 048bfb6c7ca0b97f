package io.sinter.onnx.op;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conv: x {@code [N, C, D₁, …]}, weight {@code [M, C / group, k₁, …]} and a bias {@code [M]} to {@code [N, M, O₁, …]}
 * with O = ⌊(D + pads − dilation · (k − 1) − 1) / stride⌋ + 1.
 */
final class ConvolutionRule {

    private ConvolutionRule() {}

    static @Nullable TensorType conv(Call call) {
        var dtype = call.shared(0, 1, 2);
        Shape x = call.shape(0);
        Shape weight = call.shape(1);
        if (x == null || weight == null) {
            return call.typed(dtype, null);
        }
        check(call, x, weight);
        List<Dim> dims = new ArrayList<>(List.of(x.dim(0), weight.dim(0)));
        for (int axis = 0; axis < x.rank() - 2; axis++) {
            dims.add(extent(call, axis, x.dim(axis + 2), weight.dim(axis + 2)));
        }
        return call.typed(dtype, new Shape(dims));
    }

    private static void check(Call call, Shape x, Shape weight) {
        if (x.rank() < 3 || weight.rank() != x.rank()) {
            throw call.error("ranks %d and %d, expected the same and at least 3".formatted(x.rank(), weight.rank()));
        }
        long group = call.integer("group", 1);
        if (x.dim(1) instanceof Dim.Known(long channels)
                && weight.dim(1) instanceof Dim.Known(long each)
                && channels != each * group) {
            throw call.error("the weight takes %d channels in %d groups, not %d".formatted(each, group, channels));
        }
        int axes = x.rank() - 2;
        checkLength(call, "strides", axes);
        checkLength(call, "dilations", axes);
        checkLength(call, "pads", 2 * axes);
        Shape bias = call.shape(2);
        if (bias != null) {
            if (bias.rank() != 1) {
                throw call.error("the bias has rank %d, expected a vector".formatted(bias.rank()));
            }
            Dims.unify(call, bias.dim(0), weight.dim(0));
        }
    }

    private static void checkLength(Call call, String attribute, int length) {
        int given = call.integers(attribute).map(List::size).orElse(length);
        if (given != length) {
            throw call.error("%s has %d numbers, expected %d".formatted(attribute, given, length));
        }
    }

    private static Dim extent(Call call, int axis, Dim size, Dim kernel) {
        if (!(size instanceof Dim.Known(long from)) || !(kernel instanceof Dim.Known(long width))) {
            return Dim.unknown();
        }
        long stride = at(call, "strides", axis, 1);
        long covered = at(call, "dilations", axis, 1) * (width - 1) + 1;
        return switch (call.text("auto_pad", "NOTSET")) {
            case "SAME_UPPER", "SAME_LOWER" -> Dim.of((from + stride - 1) / stride);
            case "VALID" -> counted(call, from, covered, stride);
            default -> {
                long before = at(call, "pads", axis, 0);
                long after = call.integers("pads")
                        .map(p -> p.get(axis + p.size() / 2))
                        .orElse(0L);
                yield counted(call, before + from + after, covered, stride);
            }
        };
    }

    private static Dim counted(Call call, long from, long covered, long stride) {
        if (stride < 1 || covered > from) {
            throw call.error("a kernel that covers %d with stride %d does not fit %d".formatted(covered, stride, from));
        }
        return Dim.of((from - covered) / stride + 1);
    }

    private static long at(Call call, String attribute, int axis, long otherwise) {
        return call.integers(attribute).map(v -> v.get(axis)).orElse(otherwise);
    }
}
