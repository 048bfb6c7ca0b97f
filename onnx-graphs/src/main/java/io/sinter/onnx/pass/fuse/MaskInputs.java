package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps.Direction;
import io.sinter.onnx.op.MicrosoftOps.Masking;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.Scores.Addend;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The masks that attentions read, each converted once: layers share one. */
final class MaskInputs {

    private final Map<Value, Value> integers = new HashMap<>();
    private final Map<List<Addend>, Value> biases = new HashMap<>();

    /** What an attention reads. */
    record Masked(Masking masking, Direction direction) {}

    Masked of(Ops ops, AttentionReading attention) throws Unfit {
        List<Addend> addends = attention.scores().addends();
        Optional<KeyMask> known = Optional.ofNullable(sum(addends)).flatMap(KeyMask::of);
        if (known.isEmpty()) {
            Value bias = bias(ops, attention);
            return new Masked(new Masking(null, bias), Direction.BIDIRECTIONAL);
        }
        KeyMask mask = known.get();
        Value integer = mask.mask() == null ? null : integers.computeIfAbsent(mask.mask(), m -> integer(ops, m));
        return new Masked(new Masking(integer, (float) mask.filter(), null), mask.direction());
    }

    private static @Nullable Element sum(List<Addend> addends) {
        Element sum = Element.Number.ZERO;
        for (Addend addend : addends) {
            Element element = switch (addend) {
                case Addend.Plain(Value value) -> Elements.broadcast(value, 4);
                case Addend.Fill(Value condition, double whereTrue, double whereFalse) ->
                    fill(Elements.broadcast(condition, 4), whereTrue, whereFalse);
            };
            if (element == null) {
                return null;
            }
            sum = Element.apply("Add", List.of(sum, element));
        }
        return sum;
    }

    private static @Nullable Element fill(@Nullable Element condition, double whereTrue, double whereFalse) {
        return condition == null
                ? null
                : Element.apply(
                        "Where", List.of(condition, new Element.Number(whereTrue), new Element.Number(whereFalse)));
    }

    /** INT32, as the operators take it; of floats, 1 where they are not 0. */
    private static Value integer(Ops ops, Value mask) {
        DType dtype = Objects.requireNonNull(mask.type()).dtype();
        return switch (dtype) {
            case INT32 -> mask;
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> ops.cast(ops.cast(mask, DType.BOOL), DType.INT32);
            default -> ops.cast(mask, DType.INT32);
        };
    }

    /** The sum of the addends as they are, of the scores' full extent in the last two axes. */
    private Value bias(Ops ops, AttentionReading attention) throws Unfit {
        List<Addend> addends = attention.scores().addends();
        Value known = biases.get(addends);
        if (known != null) {
            return known;
        }
        DType dtype = Objects.requireNonNull(attention.values().value().type()).dtype();
        List<Value> terms = new ArrayList<>();
        for (Addend addend : addends) {
            terms.add(
                    switch (addend) {
                        case Addend.Plain(Value value) -> value;
                        case Addend.Fill fill -> filled(ops, fill, dtype);
                    });
        }
        Value sum = terms.getFirst();
        for (Value term : terms.subList(1, terms.size())) {
            sum = ops.add(sum, term);
        }
        Value bias = full(ops, sum, attention);
        biases.put(addends, bias);
        return bias;
    }

    private static Value filled(Ops ops, Addend.Fill fill, DType dtype) {
        return ops.where(fill.condition(), number(ops, fill.whereTrue(), dtype), number(ops, fill.whereFalse(), dtype));
    }

    private static Value number(Ops ops, double number, DType dtype) {
        return ops.constant("fill", Conversion.convert(TensorData.scalar((float) number), dtype));
    }

    private static Value full(Ops ops, Value bias, AttentionReading attention) throws Unfit {
        Shape shape = Rewrite.shape(bias);
        if (shape == null || shape.rank() > 4) {
            throw new Unfit("the mask \"%s\" has no known rank of 4 or less".formatted(bias.name()));
        }
        Value four = shape.rank() == 4 ? bias : ops.unsqueeze(bias, missing(shape.rank()));
        Shape full = Objects.requireNonNull(Rewrite.shape(four));
        long heads = attention.values().heads();
        if (full.dim(1) instanceof Dim.Known(long n) && n != 1 && n != heads) {
            throw new Unfit(
                    "the mask \"%s\" of shape %s is not broadcast over %d heads".formatted(bias.name(), full, heads));
        }
        if (!full.dim(2).equals(Dim.of(1)) && !full.dim(3).equals(Dim.of(1))) {
            return four;
        }
        Value queries = attention.scores().queries().length(ops);
        Value keys = attention.scores().keys().length(ops);
        Value one = ops.constant("one", TensorData.vector(1L));
        return ops.expand(four, ops.concat(0, List.of(one, one, queries, keys)));
    }

    private static long[] missing(int rank) {
        long[] axes = new long[4 - rank];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        return axes;
    }
}
