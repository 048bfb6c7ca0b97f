package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Convolutions, of any number of axes, strides, pads and dilations. */
final class ConvolutionGradients {

    private ConvolutionGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put(
                "Conv",
                GradientRule.of(
                        ConvolutionGradients::pixels, ConvolutionGradients::weight, ConvolutionGradients::bias));
        return rules;
    }

    /** The attributes that say where a window lies, their defaults filled in. */
    private record Windows(List<Long> strides, List<Long> pads, List<Long> dilations) {

        static Windows of(Adjoint at) {
            if (at.node().attribute("auto_pad") instanceof Attribute.Str s
                    && !List.of("NOTSET", "VALID").contains(s.text())) {
                throw at.refusal("auto_pad \"%s\"; write the pads".formatted(s.text()));
            }
            int axes = at.shape(at.x()).rank() - 2;
            List<Long> ones = Collections.nCopies(axes, 1L);
            return new Windows(
                    at.node().intsAttribute("strides").orElse(ones),
                    at.node().intsAttribute("pads").orElse(Collections.nCopies(2 * axes, 0L)),
                    at.node().intsAttribute("dilations").orElse(ones));
        }

        /** What is left behind the last window. */
        long rest(Adjoint at, int axis) {
            int axes = strides.size();
            long padded = at.extent(at.x(), axis + 2) + pads.get(axis) + pads.get(axis + axes);
            long window = dilations.get(axis) * (at.extent(at.x(1), axis + 2) - 1) + 1;
            return (padded - window) % strides.get(axis);
        }
    }

    /** Every window's gradient, spread over its pixels. */
    private static Value pixels(Ops ops, Adjoint at) {
        Windows windows = Windows.of(at);
        List<Long> rests = LongStream.range(0, windows.strides.size())
                .map(axis -> windows.rest(at, (int) axis))
                .boxed()
                .toList();
        Map<String, Attribute> attributes = new HashMap<>(Map.of(
                "strides", Attribute.of(windows.strides),
                "pads", Attribute.of(windows.pads),
                "dilations", Attribute.of(windows.dilations),
                "output_padding", Attribute.of(rests),
                "group", Attribute.of(at.node().intAttribute("group", 1))));
        return ops.emit(
                        "",
                        "ConvTranspose",
                        List.of(at.dy(), at.x(1)),
                        attributes,
                        Collections.singletonList(at.x().type()))
                .getFirst();
    }

    /** For every weight the products of what it met: a convolution of x with dy, texts and channels changing places. */
    private static Value weight(Ops ops, Adjoint at) {
        if (at.node().intAttribute("group", 1) != 1) {
            throw at.refusal("the weight of a convolution in groups has no rule");
        }
        Windows windows = Windows.of(at);
        Map<String, Attribute> attributes = Map.of(
                "strides", Attribute.of(windows.dilations),
                "pads", Attribute.of(windows.pads),
                "dilations", Attribute.of(windows.strides));
        int[] exchanged = exchanged(at.shape(at.x()).rank());
        Value met = ops.apply(
                "Conv", List.of(ops.transpose(at.x(), exchanged), ops.transpose(at.dy(), exchanged)), attributes);
        // Windows that a larger input would have had room for only in part add places behind the last weight.
        Value first = Extents.vector(ops, Collections.nCopies(exchanged.length, 0L));
        return ops.apply("Slice", List.of(ops.transpose(met, exchanged), first, Extents.of(ops, at.x(1))), Map.of());
    }

    private static Value bias(Ops ops, Adjoint at) {
        List<Long> axes = new ArrayList<>(
                LongStream.range(0, at.shape(at.x()).rank()).boxed().toList());
        axes.remove(1L);
        return ops.reduceSum(at.dy(), axes, KeepDims.DROP);
    }

    private static int[] exchanged(int rank) {
        int[] perm = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            perm[axis] = axis < 2 ? 1 - axis : axis;
        }
        return perm;
    }
}
