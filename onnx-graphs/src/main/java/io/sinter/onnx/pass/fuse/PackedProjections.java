package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.any;
import static io.sinter.onnx.pass.fuse.Pattern.constant;
import static io.sinter.onnx.pass.fuse.Pattern.oneOf;
import static io.sinter.onnx.pass.fuse.Pattern.op;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The weights of projections to queries, keys and values, side by side; layers with shared weights share them packed. */
final class PackedProjections {

    private static final Pattern PRODUCT = op("MatMul", any("x"), constant("weight"));
    private static final Pattern PROJECTION = oneOf(add(PRODUCT, constant("bias")), PRODUCT);

    private final Map<List<Value>, Value> packed = new HashMap<>();

    /**
     * Three projections of one input as one.
     *
     * @param x {@code [B, S, h]}
     * @param weight {@code [h, 3h]}
     * @param bias {@code [3h]}
     */
    record Packed(Value x, Value weight, Value bias) {}

    /** The projections as one: as the graph has it, or packed if they are of one input with constant weights of one shape. */
    Optional<Packed> of(Ops ops, AttentionReading attention) {
        List<HeadSplit> splits =
                List.of(attention.scores().queries(), attention.scores().keys(), attention.values());
        return splitAfter(ops, splits).or(() -> beside(ops, splits));
    }

    /** One projection whose output is split in three. */
    private Optional<Packed> splitAfter(Ops ops, List<HeadSplit> splits) {
        Node split = splits.getFirst().value().producer();
        Value whole = split != null && isSplit(split, splits) ? split.input(0) : null;
        return whole == null
                ? Optional.empty()
                : PROJECTION
                        .match(whole)
                        .filter(PackedProjections::isLinear)
                        .map(m -> new Packed(
                                m.get("x"),
                                m.get("weight"),
                                bias(ops, List.of(m.find("bias")), List.of(m.get("weight")))));
    }

    private static boolean isSplit(Node node, List<HeadSplit> splits) {
        long axis = node.intAttribute("axis", 0);
        return node.is("Split")
                && node.outputs().equals(splits.stream().map(HeadSplit::value).toList())
                && splits.stream().map(s -> s.heads() * s.width()).distinct().count() == 1
                && (axis == -1 || axis == 2);
    }

    private Optional<Packed> beside(Ops ops, List<HeadSplit> splits) {
        List<Match> projections = new ArrayList<>();
        for (HeadSplit split : splits) {
            split.projected()
                    .flatMap(PROJECTION::match)
                    .filter(PackedProjections::isLinear)
                    .ifPresent(projections::add);
        }
        if (projections.size() < 3
                || projections.stream().map(m -> m.get("x")).distinct().count() > 1) {
            return Optional.empty();
        }
        List<Value> weights = projections.stream().map(m -> m.get("weight")).toList();
        if (weights.stream().map(w -> data(w).shape()).distinct().count() > 1) {
            return Optional.empty();
        }
        List<Optional<Value>> biases =
                projections.stream().map(m -> m.find("bias")).toList();
        Value weight = packed.computeIfAbsent(
                weights,
                w -> ops.constant(
                        "qkv_weight",
                        beside(w.stream().map(PackedProjections::data).toList())));
        return Optional.of(new Packed(projections.getFirst().get("x"), weight, bias(ops, biases, weights)));
    }

    private Value bias(Ops ops, List<Optional<Value>> biases, List<Value> weights) {
        List<Value> key = new ArrayList<>();
        List<TensorData> parts = new ArrayList<>();
        for (int i = 0; i < biases.size(); i++) {
            TensorData weight = data(weights.get(i));
            key.add(biases.get(i).orElse(weights.get(i)));
            parts.add(biases.get(i)
                    .map(PackedProjections::data)
                    .orElseGet(() -> TensorData.allocate(weight.dtype(), List.of(weight.dim(1))))
                    .reshape(List.of(1L, weight.dim(1))));
        }
        key.add(weights.getFirst()); // the weights alone are the key of the packed weight
        return packed.computeIfAbsent(key, k -> {
            TensorData row = beside(parts);
            return ops.constant("qkv_bias", row.reshape(List.of(row.dim(1))));
        });
    }

    private static boolean isLinear(Match match) {
        TensorData weight = data(match.get("weight"));
        return weight.rank() == 2
                && match.find("bias")
                        .map(b -> data(b).shape().equals(List.of(weight.dim(1))))
                        .orElse(true);
    }

    /** Matrices of as many rows, side by side. */
    private static TensorData beside(List<TensorData> parts) {
        long rows = parts.getFirst().dim(0);
        long columns = parts.stream().mapToLong(p -> p.dim(1)).sum();
        TensorData all = TensorData.allocate(parts.getFirst().dtype(), List.of(rows, columns));
        MemorySegment target = all.data();
        long at = 0;
        for (long row = 0; row < rows; row++) {
            for (TensorData part : parts) {
                long size = part.data().byteSize() / rows;
                MemorySegment.copy(part.data(), row * size, target, at, size);
                at += size;
            }
        }
        return all;
    }

    private static TensorData data(Value constant) {
        return Objects.requireNonNull(constant.constant());
    }
}
