package io.sinter.onnx.op;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An operator with its operands, before or without a node: what a {@link Rule} sees.
 *
 * @param domain operator set, "" for ONNX's own
 * @param opType operator
 * @param opset version of ONNX's own operator set
 * @param inputs operands, null where an optional one is left out
 * @param attributes by name
 * @param outputs how many outputs are wanted
 */
record Call(
        String domain,
        String opType,
        long opset,
        List<@Nullable Value> inputs,
        Map<String, Attribute> attributes,
        int outputs) {

    Call {
        inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
    }

    static Call of(Node node, long opset) {
        return new Call(
                node.domain(),
                node.opType(),
                opset,
                node.inputs(),
                node.attributes(),
                node.outputs().size());
    }

    @Nullable
    Value input(int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    @Nullable
    TensorType type(int index) {
        Value value = input(index);
        return value == null ? null : value.type();
    }

    @Nullable
    DType dtype(int index) {
        TensorType type = type(index);
        return type == null ? null : type.dtype();
    }

    @Nullable
    Shape shape(int index) {
        TensorType type = type(index);
        return type == null ? null : type.shape();
    }

    /** The type with another shape than that of the first operand. */
    @Nullable
    TensorType typed(@Nullable DType dtype, @Nullable Shape shape) {
        return dtype == null ? null : new TensorType(dtype, shape);
    }

    long integer(String attribute, long otherwise) {
        return attributes.get(attribute) instanceof Attribute.Int(long value) ? value : otherwise;
    }

    Optional<List<Long>> integers(String attribute) {
        return attributes.get(attribute) instanceof Attribute.Ints(List<Long> values)
                ? Optional.of(values)
                : Optional.empty();
    }

    String text(String attribute, String otherwise) {
        return attributes.get(attribute) instanceof Attribute.Str s ? s.text() : otherwise;
    }

    Optional<Graph> graph(String attribute) {
        return attributes.get(attribute) instanceof Attribute.SubGraph(Graph graph)
                ? Optional.of(graph)
                : Optional.empty();
    }

    /** What an integer operand is known to hold, or null. */
    @Nullable
    Contents contents(int index) {
        return Contents.of(input(index));
    }

    /** The numbers that an integer operand holds, if all are known. */
    Optional<List<Long>> numbers(int index) {
        Contents contents = contents(index);
        return contents == null ? Optional.empty() : contents.numbers();
    }

    /** The element type that the given operands share; null where none of them has a type. */
    @Nullable
    DType shared(int... operands) {
        DType found = null;
        for (int operand : operands) {
            DType dtype = dtype(operand);
            if (dtype != null && found != null && dtype != found) {
                throw error("element types " + found + " and " + dtype + " differ; cast one of them");
            }
            found = found == null ? dtype : found;
        }
        return found;
    }

    /** Fails if the operand has an element type that is none of those allowed. */
    void require(int operand, DType... allowed) {
        DType dtype = dtype(operand);
        if (dtype != null && !List.of(allowed).contains(dtype)) {
            throw error("operand %d is %s, expected %s"
                    .formatted(
                            operand,
                            dtype,
                            List.of(allowed).stream().map(DType::name).collect(Collectors.joining(" or "))));
        }
    }

    /** An axis of that rank, counted from the start. */
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw error("axis %d is not one of a tensor of rank %d".formatted(axis, rank));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** An extent that the caller gives. */
    Dim extent(long size) {
        if (size < 0) {
            throw error("extent " + size);
        }
        return Dim.of(size);
    }

    /** The error of an impossible combination: operator, operands with their types, reason. */
    IllegalArgumentException error(String reason) {
        String operands = inputs.stream().map(Call::describe).collect(Collectors.joining(", ", "(", ")"));
        return new IllegalArgumentException((domain.isEmpty() ? "" : domain + ".") + opType + operands + ": " + reason);
    }

    private static String describe(@Nullable Value value) {
        if (value == null) {
            return "-";
        }
        TensorType type = value.type();
        return "\"" + value.name() + "\" " + (type == null ? "of unknown type" : type);
    }
}
