package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Extents as nodes: constants where they are fixed, computed at run time where not. */
final class Extents {

    private static final Dim ONE = Dim.of(1);

    private Extents() {}

    static @Nullable Shape shape(Value value) {
        return value.type() == null ? null : value.type().shape();
    }

    /** A scalar. */
    static Value number(Ops ops, double number, DType dtype) {
        TensorData scalar = TensorData.allocate(DType.DOUBLE, List.of());
        scalar.data().set(TensorData.F64, 0, number);
        return ops.constant("number", Conversion.convert(scalar, dtype));
    }

    /** The extents of a value, as an INT64 vector. */
    static Value of(Ops ops, Value value) {
        Shape shape = shape(value);
        return shape == null
                ? ops.shape(value)
                : shape.known().map(sizes -> vector(ops, sizes)).orElseGet(() -> ops.shape(value));
    }

    /** An INT64 vector. */
    static Value vector(Ops ops, List<Long> numbers) {
        return ops.constant(
                "vector",
                TensorData.vector(numbers.stream().mapToLong(Long::longValue).toArray()));
    }

    /** How many elements a value has, as an INT64 scalar. */
    static Value size(Ops ops, Value value) {
        Shape shape = shape(value);
        return shape != null && shape.known().isPresent()
                ? ops.constant(
                        "size",
                        TensorData.scalar(TensorData.elementCount(shape.known().get())))
                : ops.apply("Size", List.of(value), Map.of());
    }

    /** A number in the shape and element type of a value. */
    static Value filled(Ops ops, double number, Value like) {
        Value scalar = number(ops, number, Objects.requireNonNull(like.type()).dtype());
        return typed(ops.expand(scalar, of(ops, like)), like);
    }

    /** The same elements in the shape of another value. */
    static Value reshapedTo(Ops ops, Value x, Value like) {
        return typed(reshape(ops, x, of(ops, like)), like);
    }

    /** An extent of 0 is one: it copies none. */
    private static Value reshape(Ops ops, Value x, Value extents) {
        return ops.apply("Reshape", List.of(x, extents), Map.of("allowzero", Attribute.of(1)));
    }

    /** Broadcasting undone: x summed over the axes along which {@code like} was stretched to x's shape. */
    static Value sumTo(Ops ops, Value x, Value like) {
        Shape from = shape(x);
        Shape to = shape(like);
        if (from == null || to == null || !decided(from, to)) {
            return typed(sumAtRunTime(ops, x, like), like);
        }
        int lead = from.rank() - to.rank();
        List<Long> leading = new ArrayList<>();
        List<Long> stretched = new ArrayList<>();
        for (int axis = 0; axis < from.rank(); axis++) {
            if (axis < lead) {
                leading.add((long) axis);
            } else if (to.dim(axis - lead).equals(ONE) && !from.dim(axis).equals(ONE)) {
                stretched.add((long) axis - lead);
            }
        }
        Value summed = leading.isEmpty() ? x : ops.reduceSum(x, leading, KeepDims.DROP);
        return stretched.isEmpty() ? summed : typed(ops.reduceSum(summed, stretched, KeepDims.KEEP), like);
    }

    /** Whether the types tell for every axis if it was stretched. */
    private static boolean decided(Shape from, Shape to) {
        for (int axis = -to.rank(); axis < 0; axis++) {
            Dim source = from.dim(axis);
            Dim target = to.dim(axis);
            boolean equal = source.equals(target) && !(source instanceof Dim.Unknown);
            boolean fixed = target instanceof Dim.Known;
            if (!equal && !fixed && !source.equals(ONE)) {
                return false;
            }
        }
        return true;
    }

    private static Value sumAtRunTime(Ops ops, Value x, Value like) {
        Value extents = ops.shape(x);
        Value wanted = ops.shape(like);
        Value missing = ops.sub(ops.shape(extents), ops.shape(wanted));
        Value ones = ops.expand(ops.constant("one", TensorData.scalar(1L)), missing);
        Value aligned = ops.concat(0, List.of(ones, wanted));
        Value differs = ops.not(ops.equal(extents, aligned));
        Value axes = ops.squeeze(ops.apply("NonZero", List.of(differs), Map.of()), 0);
        Map<String, Attribute> attributes =
                Map.of("keepdims", Attribute.of(1), "noop_with_empty_axes", Attribute.of(1));
        return reshape(ops, ops.apply("ReduceSum", List.of(x, axes), attributes), wanted);
    }

    /** Lets a value have the type of another where that says more: a gradient has the type of what it belongs to. */
    static Value typed(Value value, Value like) {
        TensorType said = like.type();
        if (said != null && (value.type() == null || knowledge(value.type()) < knowledge(said))) {
            value.setType(said);
        }
        return value;
    }

    private static int knowledge(TensorType type) {
        if (type.shape() == null) {
            return -1;
        }
        return type.shape().dims().stream()
                .mapToInt(dim -> switch (dim) {
                    case Dim.Known ignored -> 2;
                    case Dim.Symbol ignored -> 1;
                    case Dim.Unknown ignored -> 0;
                })
                .sum();
    }

    /** Parts of an axis, as many as there are extents, whose sizes may be known at run time only. */
    static List<Value> split(Ops ops, Value x, int axis, List<Value> like) {
        List<Value> sizes = like.stream().map(part -> extent(ops, part, axis)).toList();
        List<TensorType> types = new ArrayList<>(
                like.stream().map(Value::type).map(Objects::requireNonNull).toList());
        return ops.emit(
                "",
                "Split",
                List.of(x, ops.concat(0, sizes)),
                Map.of("axis", Attribute.of((long) axis)),
                Collections.unmodifiableList(types));
    }

    /** One extent, as an INT64 vector. */
    private static Value extent(Ops ops, Value x, int axis) {
        Shape shape = shape(x);
        return shape != null && shape.dim(axis) instanceof Dim.Known(long size)
                ? vector(ops, List.of(size))
                : ops.gather(ops.shape(x), vector(ops, List.of((long) axis)), 0);
    }
}
