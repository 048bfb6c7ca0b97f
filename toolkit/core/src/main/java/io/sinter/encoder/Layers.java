package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Residual;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Emits the layers that encoders are made of, with ONNX's own operators or ONNX Runtime's fused ones as the target says;
 * both compute the same. Weights become initializers under their checkpoint names, once however often they are used;
 * those of projections are stored {@code [in, out]}, as MatMul takes them.
 */
public final class Layers {

    private static final double SQRT_2 = Math.sqrt(2);
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    private final Ops ops;
    private final Target target;
    private final Map<String, Value> initializers;
    private final Map<Object, Value> constants;

    /** Layers in that graph. */
    public Layers(Ops ops, Target target) {
        this(ops, target, new HashMap<>(), new HashMap<>());
    }

    private Layers(Ops ops, Target target, Map<String, Value> initializers, Map<Object, Value> constants) {
        this.ops = ops;
        this.target = target;
        this.initializers = initializers;
        this.constants = constants;
    }

    /** The same, with names of nodes that start with {@code prefix}. */
    public Layers at(String prefix) {
        return new Layers(ops.withPrefix(prefix + "/"), target, initializers, constants);
    }

    /** Single operators, into the same graph. */
    public Ops ops() {
        return ops;
    }

    /** ONNX Runtime's fused operators, into the same graph. */
    public MicrosoftOps microsoft() {
        return new MicrosoftOps(ops);
    }

    /** What the graph is for. */
    public Target target() {
        return target;
    }

    /** Whether the fused operators may be used. */
    public boolean fused() {
        return target != Target.PORTABLE;
    }

    /** A float32 constant, once in the graph. */
    public Value scalar(double value) {
        return constants.computeIfAbsent((float) value, v -> graphConstant("scalar", TensorData.scalar((float) value)));
    }

    /** An int64 constant, once in the graph. */
    public Value index(long value) {
        return constants.computeIfAbsent(value, v -> graphConstant("index", TensorData.scalar(value)));
    }

    /** An int64 vector, once in the graph. */
    public Value indices(long... values) {
        List<Long> key = Arrays.stream(values).boxed().toList();
        return constants.computeIfAbsent(key, v -> graphConstant("indices", TensorData.vector(values)));
    }

    /** A float32 vector of zeros, once in the graph. */
    public Value zeros(long width) {
        return constants.computeIfAbsent(
                List.of("zeros", width), v -> graphConstant("zeros", TensorData.allocate(DType.FLOAT, List.of(width))));
    }

    /** The same elements under other extents, as {@link Ops#reshape(Value, long...)}. */
    public Value reshape(Value x, long... extents) {
        return ops.reshape(x, indices(extents));
    }

    /** A weight under its full name in the checkpoint. */
    public Value weight(String name, TensorData data) {
        Value known = initializers.get(name);
        if (known == null) {
            known = ops.graph().addInitializer(ops.graph().uniqueName(name), data);
            initializers.put(name, known);
        }
        return known;
    }

    /** The places from a number on, {@code [B, S − from, h]}. */
    public Value placesFrom(Value x, long from) {
        return ops.slice(x, indices(from), indices(Long.MAX_VALUE), indices(1), indices(1));
    }

    /** Rows of a table, by id. */
    public Value lookup(Value table, Value ids) {
        return ops.gather(table, ids, 0);
    }

    /** x·W + b. */
    public Value linear(Value x, Linear linear) {
        return biased(product(x, linear), linear);
    }

    /**
     * Several projections of the same values; one product that is split where operators are fused.
     *
     * @param parts one for each width, or one that makes all side by side
     * @param widths of the results
     */
    public List<Value> projections(Value x, List<Linear> parts, long... widths) {
        if (parts.size() == widths.length && !fused()) {
            return parts.stream().map(part -> linear(x, part)).toList();
        }
        Value product = ops.matMul(x, packedWeight(parts));
        Value bias = packedBias(parts);
        return ops.split(bias == null ? product : ops.add(product, bias), -1, widths);
    }

    /** x·W. */
    public Value product(Value x, Linear linear) {
        return ops.matMul(x, packedWeight(List.of(linear)));
    }

    /** The bias added, if there is one. */
    public Value biased(Value x, Linear linear) {
        Value bias = packedBias(List.of(linear));
        return bias == null ? x : ops.add(x, bias);
    }

    /** The weights of projections side by side, {@code [in, Σ out]}. */
    public Value packedWeight(List<Linear> parts) {
        String name = packedName(parts) + ".weight";
        Value known = initializers.get(name);
        return known == null ? weight(name, Linear.pack(parts)) : known;
    }

    /** The biases of projections one after another, or null if none has one. */
    public @Nullable Value packedBias(List<Linear> parts) {
        String name = packedName(parts) + ".bias";
        Value known = initializers.get(name);
        TensorData bias = known == null ? Linear.packBiases(parts) : null;
        return bias == null ? known : weight(name, bias);
    }

    /** The same, or zeros: ONNX Runtime 1.29's Attention crashes on the CPU where it is given no bias. */
    public Value packedBiasOrZero(List<Linear> parts) {
        Value bias = packedBias(parts);
        long width = parts.stream().mapToLong(Linear::out).sum();
        return bias == null ? zeros(width) : bias;
    }

    /** The projection to the vocabulary that shares the embedding table {@code [V, d]}: x·tableᵀ. */
    public Value tiedProjection(Value x, Value table) {
        return fused() ? microsoft().productWithTransposed(x, table) : ops.matMul(x, ops.transpose(table, 1, 0));
    }

    /** The norm. */
    public Value norm(Value x, Norm norm) {
        Value gamma = weight(norm.name() + ".weight", norm.gamma());
        return switch (norm.kind()) {
            case LAYER -> ops.layerNormalization(x, gamma, beta(norm), -1, norm.epsilon());
            case ROOT_MEAN_SQUARE ->
                fused() ? microsoft().simplifiedLayerNormalization(x, fusedNorm(norm)) : rootMeanSquare(x, gamma, norm);
        };
    }

    /** The norm of {@code x·W + b + skip}, and that sum: what follows attention and feed-forward in every layer. */
    public Residual residual(Value x, Linear projection, Value skip, Norm norm) {
        Value product = product(x, projection);
        return fused()
                ? fusedResidual(product, skip, packedBias(List.of(projection)), norm)
                : residual(biased(product, projection), skip, norm);
    }

    /** The norm of {@code x + skip}, and that sum. */
    public Residual residual(Value x, Value skip, Norm norm) {
        if (fused()) {
            return fusedResidual(x, skip, null, norm);
        }
        Value sum = ops.add(x, skip);
        return new Residual(norm(sum, norm), sum);
    }

    private Residual fusedResidual(Value x, Value skip, @Nullable Value bias, Norm norm) {
        return switch (norm.kind()) {
            case LAYER -> microsoft().skipLayerNormalization(x, skip, bias, fusedNorm(norm));
            case ROOT_MEAN_SQUARE -> microsoft().skipSimplifiedLayerNormalization(x, skip, bias, fusedNorm(norm));
        };
    }

    /** f(x·W + b). */
    public Value activated(Value x, Linear linear, Activation activation) {
        Value product = product(x, linear);
        Value bias = packedBias(List.of(linear));
        if (fused() && bias != null && activation == Activation.GELU) {
            return microsoft().biasGelu(product, bias);
        }
        if (fused() && activation == Activation.GELU_TANH) {
            return microsoft().fastGelu(product, bias);
        }
        return activate(bias == null ? product : ops.add(product, bias), activation);
    }

    /** f(x). */
    public Value activate(Value x, Activation activation) {
        return switch (activation) {
            case GELU -> fused() ? microsoft().gelu(x) : gelu(x);
            case GELU_TANH -> fused() ? microsoft().fastGelu(x, null) : geluTanh(x);
            case QUICK_GELU -> fused() ? microsoft().quickGelu(x, 1.702f) : swish(x, 1.702);
            case SILU -> fused() ? microsoft().quickGelu(x, 1) : ops.mul(x, ops.sigmoid(x));
            case RELU -> ops.relu(x);
            case RELU_SQUARED -> {
                Value positive = ops.relu(x);
                yield ops.mul(positive, positive);
            }
            case RELU6 -> ops.clip(x, scalar(0), scalar(6));
            case MISH -> ops.mul(x, ops.tanh(ops.apply("Softplus", List.of(x), Map.of())));
            case TANH -> ops.tanh(x);
            case SIGMOID -> ops.sigmoid(x);
            case LINEAR -> x;
        };
    }

    /** The norm's parameters as the fused operators take them. */
    public MicrosoftOps.Norm fusedNorm(Norm norm) {
        return new MicrosoftOps.Norm(weight(norm.name() + ".weight", norm.gamma()), beta(norm), norm.epsilon());
    }

    /** Integers as INT32, which the fused operators take. */
    public Value asInt32(Value x) {
        return constants.computeIfAbsent(List.of("int32", x), k -> ops.cast(x, DType.INT32));
    }

    private @Nullable Value beta(Norm norm) {
        return norm.beta() == null ? null : weight(norm.name() + ".bias", norm.beta());
    }

    private Value rootMeanSquare(Value x, Value gamma, Norm norm) {
        Value mean = ops.reduceMean(ops.mul(x, x), List.of(-1L), KeepDims.KEEP);
        return ops.mul(ops.div(x, ops.sqrt(ops.add(mean, scalar(norm.epsilon())))), gamma);
    }

    private Value gelu(Value x) {
        Value twice = ops.add(ops.erf(ops.div(x, scalar(SQRT_2))), scalar(1));
        return ops.mul(ops.mul(x, twice), scalar(0.5));
    }

    private Value geluTanh(Value x) {
        Value cube = ops.mul(ops.mul(ops.mul(x, x), x), scalar(0.044715));
        Value inner = ops.mul(ops.add(x, cube), scalar(SQRT_2_OVER_PI));
        return ops.mul(ops.mul(x, ops.add(ops.tanh(inner), scalar(1))), scalar(0.5));
    }

    private Value swish(Value x, double alpha) {
        return ops.mul(x, ops.sigmoid(ops.mul(x, scalar(alpha))));
    }

    private Value graphConstant(String name, TensorData data) {
        return ops.graph().addInitializer(ops.graph().uniqueName(name), data);
    }

    /** The one name, or what the names have in common and the rest of each. */
    private static String packedName(List<Linear> parts) {
        String first = parts.getFirst().name();
        if (parts.size() == 1) {
            return first;
        }
        int dot = first.lastIndexOf('.') + 1;
        return first.substring(0, dot)
                + parts.stream()
                        .map(p -> p.name().substring(p.name().lastIndexOf('.') + 1))
                        .collect(Collectors.joining("_"));
    }
}
