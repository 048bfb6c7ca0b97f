package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the gradients of one operator's outputs become those of its inputs, as nodes. */
@FunctionalInterface
interface GradientRule {

    /** Gradients of the inputs, in their order; null, or past the end, where one is zero or not wanted. */
    List<? extends @Nullable Value> gradients(Ops ops, Adjoint at);

    /** The gradient of one input; null where it is zero. */
    @FunctionalInterface
    interface Partial {

        /** Emits it; called only if it is wanted. */
        @Nullable
        Value emit(Ops ops, Adjoint at);
    }

    /** A formula an input. Inputs past the formulas have no gradient: indices, shapes, axes. */
    static GradientRule of(Partial... partials) {
        return (ops, at) -> {
            List<@Nullable Value> gradients = new ArrayList<>();
            for (int i = 0; i < partials.length; i++) {
                gradients.add(at.wants(i) ? partials[i].emit(ops, at) : null);
            }
            return gradients;
        };
    }

    /** A formula an input of an operator that broadcasts: each result is summed over the axes that its input lacks. */
    static GradientRule broadcast(Partial... partials) {
        return (ops, at) -> {
            List<@Nullable Value> gradients = new ArrayList<>();
            for (int i = 0; i < partials.length; i++) {
                Value gradient = at.wants(i) ? partials[i].emit(ops, at) : null;
                gradients.add(gradient == null ? null : Extents.sumTo(ops, gradient, at.x(i)));
            }
            return gradients;
        };
    }

    /** One formula, which is told the index, for every input of an operator that takes any number and broadcasts. */
    static GradientRule variadic(VariadicPartial partial) {
        return (ops, at) -> {
            List<@Nullable Value> gradients = new ArrayList<>();
            for (int i = 0; i < at.node().inputs().size(); i++) {
                gradients.add(at.wants(i) ? Extents.sumTo(ops, partial.emit(ops, at, i), at.x(i)) : null);
            }
            return gradients;
        };
    }

    /** The gradient of one of any number of inputs. */
    @FunctionalInterface
    interface VariadicPartial {

        /** Emits it; called only if it is wanted. */
        Value emit(Ops ops, Adjoint at, int input);
    }

    /** For operators whose results do not change where their inputs change a little: rounding, signs. */
    static GradientRule zero() {
        return (ops, at) -> List.of();
    }
}
