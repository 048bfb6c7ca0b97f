package io.sinter.encoder;

import io.sinter.encoder.Linear.Layout;
import io.sinter.encoder.WeightSource.Initial;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a part of a model: names are relative to a prefix.
 *
 * @param source where they come from
 * @param prefix before every name, with the dot at its end; empty for the whole model
 */
public record Weights(WeightSource source, String prefix) {

    /** Whether a projection has a bias. */
    public enum Bias {
        /** It has one. */
        WITH,
        /** It has none. */
        WITHOUT;

        /** The one that a configuration's flag means. */
        public static Bias of(boolean flag) {
            return flag ? WITH : WITHOUT;
        }
    }

    /** The weights of a part, such as {@code encoder.layer.0}. */
    public Weights under(String part) {
        return new Weights(source, prefix + part + ".");
    }

    /** The part of that name if there is one (models with a head have it, others leave it out), else this. */
    public Weights base(String part) {
        return source.hasPrefix(prefix + part + ".") ? under(part) : this;
    }

    /** Whether there is a tensor of that name. */
    public boolean has(String name) {
        return source.has(prefix + name);
    }

    /** The prefix without the dot at its end. */
    public String path() {
        return prefix.isEmpty() ? prefix : prefix.substring(0, prefix.length() - 1);
    }

    /** The full name. */
    public String name(String name) {
        return prefix + name;
    }

    /** A tensor of that name and shape, as float32; drawn from a normal distribution in a new model. */
    public TensorData tensor(String name, long... shape) {
        return source.tensor(prefix + name, Initial.NORMAL, list(shape));
    }

    /** A tensor that is 1 in a new model. */
    public TensorData ones(String name, long... shape) {
        return source.tensor(prefix + name, Initial.ONE, list(shape));
    }

    /** A tensor that is 0 in a new model. */
    public TensorData zeros(String name, long... shape) {
        return source.tensor(prefix + name, Initial.ZERO, list(shape));
    }

    /** PyTorch's {@code Linear} of that name. */
    public Linear linear(String name, long in, long out, Bias bias) {
        return new Linear(name(name), tensor(name + ".weight", out, in), Layout.OUT_IN, bias(name, out, bias));
    }

    /** PyTorch's {@code Linear} with a bias. */
    public Linear linear(String name, long in, long out) {
        return linear(name, in, out, Bias.WITH);
    }

    /** GPT-2's {@code Conv1D}: a projection whose weight is {@code [in, out]}. */
    public Linear conv1d(String name, long in, long out) {
        return new Linear(name(name), tensor(name + ".weight", in, out), Layout.IN_OUT, bias(name, out, Bias.WITH));
    }

    /** PyTorch's {@code LayerNorm} with a shift. */
    public Norm layerNorm(String name, long width, double epsilon) {
        return layerNorm(name, width, epsilon, Bias.WITH);
    }

    /** PyTorch's {@code LayerNorm}. */
    public Norm layerNorm(String name, long width, double epsilon, Bias bias) {
        return new Norm(
                name(name), Norm.Kind.LAYER, ones(name + ".weight", width), bias(name, width, bias), (float) epsilon);
    }

    /** A root-mean-square norm. */
    public Norm rmsNorm(String name, long width, double epsilon) {
        return new Norm(name(name), Norm.Kind.ROOT_MEAN_SQUARE, ones(name + ".weight", width), null, (float) epsilon);
    }

    /** Gemma's root-mean-square norm, which scales by 1 + weight; the sum gets a name of its own. */
    public Norm rmsNormFromOne(String name, long width, double epsilon) {
        float[] scale = zeros(name + ".weight", width).toFloatArray();
        for (int i = 0; i < scale.length; i++) {
            scale[i]++;
        }
        TensorData gamma = TensorData.of(List.of(width), scale);
        return new Norm(name(name) + ".one_plus", Norm.Kind.ROOT_MEAN_SQUARE, gamma, null, (float) epsilon);
    }

    private @Nullable TensorData bias(String name, long width, Bias bias) {
        return switch (bias) {
            case WITH -> zeros(name + ".bias", width);
            case WITHOUT -> null;
        };
    }

    private static List<Long> list(long[] shape) {
        return Arrays.stream(shape).boxed().toList();
    }
}
