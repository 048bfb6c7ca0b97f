package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps.Direction;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.Scores.Addend;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A padding mask that exporters build with shape arithmetic, in a few standard nodes: {@code (1 − mask) · filter}, or a
 * choice where the filter is infinite. A candidate is each mask that depends on extents.
 */
public final class PaddingMaskFusion implements Fusion {

    private static final Set<String> SHAPE_ARITHMETIC = Set.of("Shape", "Size", "Range", "ConstantOfShape");

    @Override
    public String name() {
        return "fuse-padding-mask";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.PADDING_MASK);
        Set<Value> refused = new HashSet<>();
        for (Node softmax : rewrite.nodes("", "Softmax")) {
            for (Value addend : addends(softmax)) {
                if (refused.contains(addend) || !dependsOnExtents(addend)) {
                    continue;
                }
                Optional<KeyMask> mask = Optional.ofNullable(Elements.broadcast(addend, 4))
                        .flatMap(KeyMask::of)
                        .filter(m -> m.mask() != null && m.direction() == Direction.BIDIRECTIONAL);
                if (mask.isEmpty()) {
                    refused.add(addend);
                    rewrite.refuse(
                            Objects.requireNonNull(addend.producer()),
                            "it says more than which keys are padding, or how it does is not understood");
                } else {
                    rewrite.replace(addend, emit(rewrite.before(addend), mask.get(), addend));
                }
            }
        }
        return rewrite.count(0);
    }

    private static List<Value> addends(Node softmax) {
        try {
            return Scores.of(softmax).addends().stream()
                    .filter(Addend.Plain.class::isInstance)
                    .map(a -> ((Addend.Plain) a).value())
                    .filter(v -> v.producer() != null)
                    .toList();
        } catch (Unfit unfit) {
            return List.of(); // no attention
        }
    }

    private static boolean dependsOnExtents(Value value) {
        Deque<Value> open = new ArrayDeque<>(List.of(value));
        Set<Value> seen = new HashSet<>();
        while (!open.isEmpty()) {
            Node node = open.pop().producer();
            if (node == null) {
                continue;
            }
            if (SHAPE_ARITHMETIC.contains(node.opType())) {
                return true;
            }
            for (Value input : node.inputs()) {
                if (input != null && seen.add(input)) {
                    open.push(input);
                }
            }
        }
        return false;
    }

    private static Value emit(Ops ops, KeyMask mask, Value addend) {
        DType dtype = Objects.requireNonNull(addend.type()).dtype();
        Value source = ops.unsqueeze(Objects.requireNonNull(mask.mask()), 1, 2);
        if (Double.isInfinite(mask.filter())) {
            Value shown = ops.cast(source, DType.BOOL);
            return ops.where(shown, number(ops, 0, dtype), number(ops, mask.filter(), dtype));
        }
        Value hidden = ops.sub(number(ops, 1, dtype), ops.cast(source, dtype));
        return ops.mul(hidden, number(ops, mask.filter(), dtype));
    }

    private static Value number(Ops ops, double number, DType dtype) {
        return ops.constant("number", Conversion.convert(TensorData.scalar((float) number), dtype));
    }
}
