package io.sinter.onnx.op;

import io.sinter.onnx.ir.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of all operators, by name. */
final class ShapeRules {

    private static final Map<String, Rule> ONNX = onnx();

    private static final Map<String, Rule> MICROSOFT = Map.copyOf(MicrosoftRules.rules());

    private ShapeRules() {}

    private static Map<String, Rule> onnx() {
        Map<String, Rule> all = new HashMap<>();
        all.putAll(ElementwiseRules.rules());
        all.putAll(ReductionRules.rules());
        all.putAll(LinearRules.rules());
        all.putAll(IndexRules.rules());
        all.putAll(MovementRules.rules());
        all.putAll(CreationRules.rules());
        return Map.copyOf(all);
    }

    /** The operators of ONNX's own set that have a rule. */
    static Set<String> operators() {
        return ONNX.keySet();
    }

    /**
     * The types of the outputs, as many as the call wants, null where unknown.
     *
     * @throws IllegalArgumentException if the operands cannot be combined
     */
    static List<@Nullable TensorType> infer(Call call) {
        Rule rule = switch (call.domain()) {
            case "" -> ONNX.get(call.opType());
            case MicrosoftOps.DOMAIN -> MICROSOFT.get(call.opType());
            default -> null;
        };
        List<@Nullable TensorType> types = rule == null ? List.of() : rule.infer(call);
        if (types.size() >= call.outputs()) {
            return types.subList(0, call.outputs());
        }
        List<@Nullable TensorType> padded = new ArrayList<>(types);
        padded.addAll(Collections.nCopies(call.outputs() - types.size(), null));
        return padded;
    }
}
