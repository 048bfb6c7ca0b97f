package io.sinter.recipe;

import io.sinter.train.AdamW;
import io.sinter.train.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How parameters move: {@code {method: adamw, rate: 1e-4, weight_decay: 0.01}}.
 *
 * @param rate the largest learning rate, above 0
 * @param method the rest
 */
public record OptimizerEntry(double rate, Method method) {

    private static final String METHOD = "method";
    private static final List<String> COMMON = List.of("rate");

    /** The optimizers by their names in recipes. */
    public sealed interface Method {

        /** What is meant. */
        Optimizer optimizer();
    }

    /**
     * Adam with decoupled weight decay; what is not given is as {@link AdamW#DEFAULT} has it.
     *
     * @param beta1 how much of the mean gradient stays
     * @param beta2 how much of the mean square stays
     * @param epsilon keeps a quotient finite
     * @param weightDecay of weights
     */
    public record Adamw(
            @Nullable Double beta1,
            @Nullable Double beta2,
            @Nullable Double epsilon,
            @Nullable Double weightDecay) implements Method {

        /** Checks the numbers. */
        public Adamw {
            adamw(beta1, beta2, epsilon, weightDecay);
        }

        @Override
        public AdamW optimizer() {
            return adamw(beta1, beta2, epsilon, weightDecay);
        }

        private static AdamW adamw(
                @Nullable Double beta1,
                @Nullable Double beta2,
                @Nullable Double epsilon,
                @Nullable Double weightDecay) {
            AdamW usual = AdamW.DEFAULT;
            return new AdamW(
                    beta1 == null ? usual.beta1() : beta1,
                    beta2 == null ? usual.beta2() : beta2,
                    epsilon == null ? usual.epsilon() : epsilon,
                    weightDecay == null ? usual.decay() : weightDecay);
        }
    }

    /**
     * Stochastic gradient descent.
     *
     * @param momentum from 0 to less than 1; 0 if not given
     * @param weightDecay of weights; 0 if not given
     */
    public record Sgd(@Nullable Double momentum, @Nullable Double weightDecay) implements Method {

        /** Checks the numbers. */
        public Sgd {
            sgd(momentum, weightDecay);
        }

        @Override
        public io.sinter.train.Sgd optimizer() {
            return sgd(momentum, weightDecay);
        }

        private static io.sinter.train.Sgd sgd(@Nullable Double momentum, @Nullable Double weightDecay) {
            return new io.sinter.train.Sgd(momentum == null ? 0 : momentum, weightDecay == null ? 0 : weightDecay);
        }
    }

    /** What every optimizer takes. */
    record Common(@Nullable Double rate) {

        /** Checks the rate. */
        Common {
            if (rate != null && !(rate > 0)) {
                throw new IllegalArgumentException("rate: got %s, expected more than 0".formatted(rate));
            }
        }
    }

    /**
     * Reads an {@code optimizer:} section.
     *
     * @param yaml the section, or null where there is none, which means AdamW
     * @param usualRate where the section gives none
     * @throws io.sinter.error.RecipeException if it is none
     */
    public static OptimizerEntry read(@Nullable Yaml yaml, double usualRate) {
        if (yaml == null) {
            return new OptimizerEntry(usualRate, new Adamw(null, null, null, null));
        }
        if (!(yaml instanceof Yaml.Mapping written)) {
            throw yaml.place().error("got " + yaml.kind() + ", expected a mapping with method: and rate:");
        }
        Yaml.Mapping mapping = written.inSnakeCase();
        Common common = RecordBinder.bind(mapping.only(COMMON), Common.class);
        Method method = new Choice<>(METHOD, all(), COMMON).bind(mapping);
        return new OptimizerEntry(common.rate == null ? usualRate : common.rate, method);
    }

    static Map<String, Class<? extends Method>> all() {
        Map<String, Class<? extends Method>> all = new LinkedHashMap<>();
        all.put("adamw", Adamw.class);
        all.put("sgd", Sgd.class);
        return all;
    }
}
