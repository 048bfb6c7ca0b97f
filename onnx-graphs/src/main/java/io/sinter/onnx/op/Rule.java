package io.sinter.onnx.op;

import io.sinter.onnx.ir.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the types of one operator's outputs follow from its operands. */
@FunctionalInterface
interface Rule {

    /**
     * The types of the outputs, first output first; null where nothing follows. May be shorter or longer than the list
     * of outputs asked for.
     *
     * @throws IllegalArgumentException if the operands cannot be combined
     */
    List<@Nullable TensorType> infer(Call call);

    /** A rule for operators with one output. */
    static Rule one(Function<Call, @Nullable TensorType> type) {
        return call -> Collections.singletonList(type.apply(call));
    }
}
