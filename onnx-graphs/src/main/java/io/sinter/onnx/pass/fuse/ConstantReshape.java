package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives reshapes whose extents are computed a constant: {@code [Shape(x)[0], Shape(x)[1], 12, 32]} is
 * {@code [0, 0, 12, 32]}, as 0 copies an extent and −1 is what is left. The shape arithmetic loses its readers.
 */
public final class ConstantReshape implements GraphPass {

    @Override
    public String name() {
        return "constant-reshape";
    }

    @Override
    public PassResult run(Model model) {
        List<String> changes = new ArrayList<>();
        for (Node node : List.copyOf(model.graph().nodes())) {
            Value target = node.is("Reshape") ? node.input(1) : null;
            if (target == null || target.isInitializer()) {
                continue;
            }
            extents(node, target).ifPresent(extents -> {
                Ops ops =
                        Ops.insertingBefore(model.graph(), model.opset(), node).withPrefix("fused/");
                node.setInput(1, ops.constant("shape", TensorData.vector(extents)));
                node.removeAttribute("allowzero");
                changes.add("%s has constant extents".formatted(node));
            });
        }
        return PassResult.of(changes);
    }

    private static Optional<long[]> extents(Node reshape, Value target) {
        Shape before = Rewrite.shape(reshape.input(0));
        Shape length = Rewrite.shape(target);
        if (before == null || length == null || !(length.dim(0) instanceof Dim.Known(long rank))) {
            return Optional.empty();
        }
        long[] extents = new long[(int) rank];
        int open = 0;
        for (int i = 0; i < rank; i++) {
            extents[i] = extent(Elements.at(target, i), i < before.rank() ? before.dim(i) : null);
            open += extents[i] == -1 ? 1 : 0;
        }
        return open > 1 || before.dims().contains(Dim.of(0)) ? Optional.empty() : Optional.of(extents);
    }

    /** The number, 0 for the extent that the axis has already, or −1. */
    private static long extent(Element element, @Nullable Dim own) {
        return switch (element) {
            case Element.Number(double number) when number > 0 -> (long) number;
            case Element.Extent(Dim dim) when dim.equals(own) -> 0;
            default -> -1;
        };
    }
}
