package io.sinter.onnx.op;

import static io.sinter.tensor.DType.FLOAT;
import static io.sinter.tensor.DType.INT64;
import static io.sinter.tensor.DType.STRING;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Operators that make tensors from attributes, shapes or ranges. */
final class CreationRules {

    private CreationRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        rules.put("Constant", Rule.one(CreationRules::constant));
        rules.put("ConstantOfShape", Rule.one(CreationRules::constantOfShape));
        rules.put("Range", Rule.one(CreationRules::range));
        rules.put("Shape", Rule.one(CreationRules::shape));
        rules.put("Size", Rule.one(call -> new TensorType(INT64, Shape.of(List.of()))));
        return rules;
    }

    private static @Nullable TensorType constant(Call call) {
        for (Attribute attribute : call.attributes().values()) {
            TensorType type = switch (attribute) {
                case Attribute.Tensor tensor -> TensorType.of(tensor.value());
                case Attribute.Int ignored -> new TensorType(INT64, Shape.of(List.of()));
                case Attribute.Float ignored -> new TensorType(FLOAT, Shape.of(List.of()));
                case Attribute.Str ignored -> new TensorType(STRING, Shape.of(List.of()));
                case Attribute.Ints ints ->
                    new TensorType(INT64, Shape.of(ints.values().size()));
                case Attribute.Floats floats ->
                    new TensorType(FLOAT, Shape.of(floats.values().size()));
                case Attribute.Strs strings ->
                    new TensorType(STRING, Shape.of(strings.values().size()));
                case Attribute.SubGraph ignored -> null;
                case Attribute.Tensors ignored -> null;
                case Attribute.SubGraphs ignored -> null;
                case Attribute.Reference ignored -> null;
                case Attribute.Other ignored -> null;
            };
            if (type != null) {
                return type;
            }
        }
        return null;
    }

    private static TensorType constantOfShape(Call call) {
        call.require(0, INT64);
        Contents contents = call.contents(0);
        Shape shape = contents == null ? ReshapeRule.ofUnknownExtents(call.shape(0)) : new Shape(contents.dims());
        return new TensorType(
                call.attributes().get("value") instanceof Attribute.Tensor tensor
                        ? tensor.value().dtype()
                        : FLOAT,
                shape);
    }

    private static @Nullable TensorType range(Call call) {
        Optional<Long> start = single(call, 0);
        Optional<Long> limit = single(call, 1);
        Optional<Long> delta = single(call, 2);
        Dim length = isFrom0By1(start, delta) ? extent(call) : Dim.unknown();
        if (start.isPresent() && limit.isPresent() && delta.isPresent()) {
            if (delta.get() == 0) {
                throw call.error("delta 0");
            }
            length = length(start.get(), limit.get(), delta.get());
        }
        return call.typed(call.shared(0, 1, 2), new Shape(List.of(length)));
    }

    private static boolean isFrom0By1(Optional<Long> start, Optional<Long> delta) {
        return start.equals(Optional.of(0L)) && delta.equals(Optional.of(1L));
    }

    /** The extent that the limit is, where it is one. */
    private static Dim extent(Call call) {
        Contents limit = call.contents(1);
        return limit == null ? Dim.unknown() : limit.dims().getFirst();
    }

    private static Dim length(long start, long limit, long delta) {
        try {
            return Dim.of(Math.max(0, Math.ceilDivExact(Math.subtractExact(limit, start), delta)));
        } catch (ArithmeticException e) {
            return Dim.unknown();
        }
    }

    private static Optional<Long> single(Call call, int operand) {
        return call.numbers(operand).filter(n -> n.size() == 1).map(List::getFirst);
    }

    private static TensorType shape(Call call) {
        Shape shape = call.shape(0);
        if (shape == null) {
            return new TensorType(INT64, Dims.unknown(1));
        }
        long rank = shape.rank();
        long start = SliceRule.clamp(call.integer("start", 0), rank, 1);
        long end = SliceRule.clamp(call.integer("end", rank), rank, 1);
        return new TensorType(INT64, Shape.of(Math.max(0, end - start)));
    }
}
