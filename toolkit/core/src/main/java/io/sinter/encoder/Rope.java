package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How fast rotary positions turn. Computed in float32 step by step as transformers does: at place 8000 a frequency's last
 * bit is seen.
 *
 * @param frequencies of the pairs of a head, float32 {@code [1, d/2]}
 * @param attentionFactor of cosine and sine
 * @param stretch for texts that are longer than those that the model was trained on, or null
 */
public record Rope(
        TensorData frequencies,
        double attentionFactor,
        @Nullable Stretch stretch) {

    /**
     * "Dynamic NTK" scaling: for S places past the limit the base grows by (factor · S/limit − factor + 1)^(d/(d−2)).
     *
     * @param limit places within which nothing changes
     */
    public record Stretch(double factor, double limit) {}

    /** Frequencies theta^(−2i/d). */
    public static Rope of(double theta, long width) {
        float[] frequencies = new float[(int) (width / 2)];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / power(theta, i, width);
        }
        return new Rope(row(frequencies), 1, null);
    }

    /**
     * What a configuration says.
     *
     * @param config the whole, for what the parameters leave out
     * @param parameters {@code rope_parameters}, or {@code rope_scaling} of configurations before transformers 5
     * @param theta the base where the parameters have none
     * @param width of a head
     * @throws io.sinter.error.UnsupportedException if {@code rope_type} is none of these
     */
    public static Rope of(Settings config, Settings parameters, double theta, long width) {
        String key = parameters.has("rope_type") ? "rope_type" : "type";
        parameters.require("partial_rotary_factor", "1", "1.0");
        config.require("partial_rotary_factor", "1", "1.0");
        if (width % 2 != 0) {
            throw config.contradiction("head width %d is odd: rotary positions turn pairs".formatted(width));
        }
        double base = parameters.number("rope_theta", theta);
        Rope plain = of(base, width);
        return switch (parameters.text(key, "default")) {
            case "default" -> plain;
            case "linear" -> plain.slower((float) parameters.number("factor"));
            case "dynamic" ->
                plain.within(new Stretch(parameters.number("factor"), config.size("max_position_embeddings")));
            case "llama3" -> plain.llama3(parameters, trained(config, parameters));
            case "yarn" -> yarn(config, parameters, base, width);
            default -> throw parameters.unsupported(key, "default, linear, dynamic, llama3 or yarn");
        };
    }

    /**
     * The same for models whose layers turn alike: {@code rope_parameters}, or {@code rope_scaling} and
     * {@code rope_theta} side by side.
     *
     * @param theta the base where nothing says one
     */
    public static Rope of(Settings config, double theta, long width) {
        String section = config.raw("rope_scaling").isEmpty() ? "rope_parameters" : "rope_scaling";
        Settings parameters = config.sectionOrEmpty(section);
        if (parameters.has("full_attention")) {
            throw config.unsupported(section, "the same for all layers");
        }
        return of(config, parameters, config.number("rope_theta", theta), width);
    }

    /** The same with another reach. */
    public Rope within(Stretch reach) {
        return new Rope(frequencies, attentionFactor, reach);
    }

    /** Emits the angles of places, INT64 {@code [S]}. */
    public Rotary emit(Layers layers, Value places) {
        Ops ops = layers.ops();
        Value rates = ops.constant("inv_freq", frequencies);
        Value column = ops.unsqueeze(ops.cast(places, DType.FLOAT), 1);
        return Rotary.of(layers, ops.mul(column, stretched(layers, rates, column)), attentionFactor);
    }

    private Value stretched(Layers layers, Value rates, Value column) {
        if (stretch == null) {
            return rates;
        }
        Ops ops = layers.ops();
        Value length = ops.add(ops.reduceMax(column, List.of(0L), KeepDims.KEEP), layers.scalar(1));
        Value share = ops.div(ops.max(length, layers.scalar(stretch.limit)), layers.scalar(stretch.limit));
        Value growth = ops.sub(ops.mul(share, layers.scalar(stretch.factor)), layers.scalar(stretch.factor - 1));
        float[] exponents = new float[(int) frequencies.elementCount()];
        for (int i = 1; i < exponents.length; i++) {
            exponents[i] = -i / (float) (exponents.length - 1);
        }
        Value powers = ops.constant("inv_freq_growth", row(exponents));
        return ops.mul(rates, ops.pow(growth, powers));
    }

    private Rope slower(float factor) {
        float[] slower = frequencies.toFloatArray();
        for (int i = 0; i < slower.length; i++) {
            slower[i] /= factor;
        }
        return new Rope(row(slower), attentionFactor, stretch);
    }

    /** Llama 3.1: long waves are stretched by the factor, short ones kept, those between blended. */
    private Rope llama3(Settings parameters, long trained) {
        float factor = (float) parameters.number("factor");
        float low = (float) parameters.number("low_freq_factor");
        float high = (float) parameters.number("high_freq_factor");
        float[] result = frequencies.toFloatArray();
        for (int i = 0; i < result.length; i++) {
            float frequency = result[i];
            float wave = (float) (2 * Math.PI) / frequency;
            float smooth = (trained / wave - low) / (high - low);
            float blended = (1 - smooth) * frequency / factor + smooth * frequency;
            boolean isLong = wave > trained / low;
            result[i] = isLong ? frequency / factor : wave < trained / high ? frequency : blended;
        }
        return new Rope(row(result), 1, null);
    }

    /** YaRN (Peng et al. 2023, arXiv:2309.00071). */
    private static Rope yarn(Settings config, Settings parameters, double theta, long width) {
        long trained = trained(config, parameters);
        double factor = parameters.raw("factor").isNull()
                ? config.size("max_position_embeddings") / (double) trained
                : parameters.number("factor");
        double low = place(orElse(parameters.number("beta_fast", 0), 32), theta, width, trained);
        double high = place(orElse(parameters.number("beta_slow", 0), 1), theta, width, trained);
        if (parameters.flag("truncate", true)) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, width - 1.0);
        high = low == high ? high + 0.001 : high;
        float[] result = new float[(int) (width / 2)];
        for (int i = 0; i < result.length; i++) {
            float power = power(theta, i, width);
            float kept = 1 - Math.clamp((i - (float) low) / (float) (high - low), 0f, 1f);
            result[i] = 1 / ((float) factor * power) * (1 - kept) + 1 / power * kept;
        }
        return new Rope(row(result), yarnAttention(parameters, factor), null);
    }

    private static double yarnAttention(Settings parameters, double factor) {
        double all = parameters.number("mscale_all_dim", 0);
        double one = parameters.number("mscale", 0);
        double inferred = one != 0 && all != 0 ? magnitude(factor, one) / magnitude(factor, all) : magnitude(factor, 1);
        return parameters.number("attention_factor", inferred);
    }

    private static double magnitude(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    /** The pair that turns so many times over the places that the model was trained on. */
    private static double place(double turns, double theta, long width, long trained) {
        return width * Math.log(trained / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    private static double orElse(double value, double otherwise) {
        return value == 0 ? otherwise : value;
    }

    /** How many places the model was trained on before its positions were scaled. */
    private static long trained(Settings config, Settings parameters) {
        String key = "original_max_position_embeddings";
        if (config.has(key)) {
            return config.size(key);
        }
        return parameters.has(key) ? parameters.size(key) : config.size("max_position_embeddings");
    }

    private static TensorData row(float[] values) {
        return TensorData.of(List.of(1L, (long) values.length), values);
    }

    private static float power(double theta, int i, long width) {
        return (float) Math.pow((float) theta, 2f * i / width);
    }
}
