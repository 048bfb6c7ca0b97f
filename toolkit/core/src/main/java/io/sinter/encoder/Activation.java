package io.sinter.encoder;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An element-wise function between two projections, by the names that transformers' {@code ACT2FN} gives it. */
public enum Activation {
    /** x · Φ(x), Φ the normal distribution. */
    GELU("gelu", "gelu_python"),
    /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))). */
    GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate", "gelu_python_tanh"),
    /** x · sigmoid(1.702x). */
    QUICK_GELU("quick_gelu"),
    /** max(x, 0). */
    RELU("relu"),
    /** max(x, 0)². */
    RELU_SQUARED("relu2"),
    /** min(max(x, 0), 6). */
    RELU6("relu6"),
    /** x · sigmoid(x). */
    SILU("silu", "swish"),
    /** x · tanh(ln(1 + eˣ)). */
    MISH("mish"),
    /** tanh(x). */
    TANH("tanh"),
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID("sigmoid"),
    /** x. */
    LINEAR("linear");

    private final List<String> names;

    Activation(String... names) {
        this.names = List.of(names);
    }

    /** The one of that name, if there is one. */
    public static Optional<Activation> named(String name) {
        return Arrays.stream(values()).filter(a -> a.names.contains(name)).findFirst();
    }

    /** All names. */
    public static List<String> names() {
        return Arrays.stream(values()).flatMap(a -> a.names.stream()).toList();
    }
}
