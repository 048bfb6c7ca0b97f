package io.sinter.onnx.autodiff;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The rules of all operators, by name. */
final class GradientRules {

    static final Map<String, GradientRule> ALL = all();

    private GradientRules() {}

    private static Map<String, GradientRule> all() {
        Map<String, GradientRule> all = new TreeMap<>();
        all.putAll(ArithmeticGradients.rules());
        all.putAll(FunctionGradients.rules());
        all.putAll(ReductionGradients.rules());
        all.putAll(LinearGradients.rules());
        all.putAll(MovementGradients.rules());
        all.putAll(IndexGradients.rules());
        all.putAll(NormalizationGradients.rules());
        all.putAll(ConvolutionGradients.rules());
        return Collections.unmodifiableMap(all);
    }
}
