package io.sinter.onnx.autodiff;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node on the way back: what its gradient rule may look at.
 *
 * @param node of the graph that is differentiated
 * @param outputGradients of its outputs, in order; null where the loss does not depend on one
 * @param active the values that gradients flow to
 */
record Adjoint(Node node, List<@Nullable Value> outputGradients, Set<Value> active) {

    /** Whether the gradient of an input is asked for. */
    boolean wants(int input) {
        Value value = node.input(input);
        return value != null && active.contains(value);
    }

    /** An input. */
    Value x(int index) {
        Value value = node.input(index);
        if (value == null) {
            throw refusal("input %d is left out".formatted(index));
        }
        return value;
    }

    /** The first input. */
    Value x() {
        return x(0);
    }

    /** The output of an operator that has one. */
    Value y() {
        return node.output();
    }

    /** The gradient of the first output, which must be the only one that the loss depends on. */
    Value dy() {
        Value gradient = outputGradients.getFirst();
        if (gradient == null || outputGradients.stream().skip(1).anyMatch(Objects::nonNull)) {
            throw refusal("the loss depends on other outputs than its first");
        }
        return gradient;
    }

    /** A number in the element type of the first output. */
    Value number(Ops ops, double number) {
        return Extents.number(ops, number, dtype(y()));
    }

    /** The element type of a value. */
    DType dtype(Value value) {
        TensorType type = value.type();
        if (type == null) {
            throw refusal("the element type of \"%s\" is not known; infer shapes first".formatted(value.name()));
        }
        return type.dtype();
    }

    /** The shape of a value, of known rank. */
    Shape shape(Value value) {
        Shape shape = Extents.shape(value);
        if (shape == null) {
            throw refusal("the rank of \"%s\" is not known; infer shapes first".formatted(value.name()));
        }
        return shape;
    }

    /** The extent of an axis, which must be fixed. */
    long extent(Value value, int axis) {
        if (shape(value).dim(axis) instanceof Dim.Known(long size)) {
            return size;
        }
        throw refusal("axis %d of \"%s\" has no fixed extent".formatted(axis, value.name()));
    }

    /** An axis attribute as a number from 0. */
    int axis(String attribute, long otherwise, Value of) {
        int axis = (int) node.intAttribute(attribute, otherwise);
        return axis < 0 ? axis + shape(of).rank() : axis;
    }

    /** The error of a node that cannot be differentiated. */
    UnsupportedException refusal(String reason) {
        return new UnsupportedException("%s: cannot be differentiated: %s".formatted(node, reason));
    }
}
