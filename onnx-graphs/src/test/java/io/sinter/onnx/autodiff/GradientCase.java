package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.Arrays;
import java.util.List;

/**
 * A function of some tensors, whose gradients are to be compared with central differences.
 *
 * @param name what the test is called: an operator, and what is special
 * @param dtype DOUBLE where ONNX Runtime has the kernels, else FLOAT
 * @param inputs what gradients are taken with respect to
 * @param body emits the function
 */
record GradientCase(String name, DType dtype, List<Input> inputs, Body body) {

    /**
     * An input of random elements.
     *
     * @param low the smallest
     * @param high the largest
     */
    record Input(List<Long> shape, double low, double high) {

        static Input any(long... shape) {
            return new Input(Arrays.stream(shape).boxed().toList(), -2, 2);
        }

        static Input positive(long... shape) {
            return new Input(Arrays.stream(shape).boxed().toList(), 0.3, 3);
        }
    }

    /** The function. */
    interface Body {
        Value emit(Ops ops, List<Value> inputs);
    }

    /** In float64. */
    static GradientCase of(String name, Body body, Input... inputs) {
        return new GradientCase(name, DType.DOUBLE, List.of(inputs), body);
    }

    /** In float32. */
    static GradientCase single(String name, Body body, Input... inputs) {
        return new GradientCase(name, DType.FLOAT, List.of(inputs), body);
    }

    @Override
    public String toString() {
        return name;
    }
}
