package io.sinter.onnx.op;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Emits the fused operators that ONNX Runtime adds to ONNX, a method per operator; a model with them needs ONNX Runtime.
 * What each means is in ONNX Runtime's {@code docs/ContribOperators.md} under its name.
 *
 * <p>B batch, S sequence of the queries, T of the keys, h width, N heads. Outputs have the type of the first operand.
 *
 * @param ops where to
 */
public record MicrosoftOps(Ops ops) {

    /** The operator set. */
    public static final String DOMAIN = "com.microsoft";

    /** Its one version. */
    public static final long VERSION = 1;

    /** Says in the model that it uses the operator set. */
    public static void importInto(Model model) {
        model.setOpset(DOMAIN, VERSION);
    }

    /** Whether queries see keys after them. */
    public enum Direction {
        /** They do, as in an encoder. */
        BIDIRECTIONAL,
        /** They do not, as in a decoder. */
        CAUSAL
    }

    /**
     * How attention is computed.
     *
     * @param heads number of heads
     * @param scale of the scores; null for 1/√(width of a head)
     * @param direction whether queries see later keys
     */
    public record Heads(long heads, @Nullable Float scale, Direction direction) {

        /** An encoder's, with the usual scale. */
        public static Heads of(long heads) {
            return new Heads(heads, null, Direction.BIDIRECTIONAL);
        }

        private Map<String, Attribute> attributes(Masking masking) {
            Map<String, Attribute> attributes = new TreeMap<>();
            attributes.put("num_heads", Attribute.of(heads));
            attributes.put("mask_filter_value", Attribute.of(masking.filter()));
            if (scale != null) {
                attributes.put("scale", Attribute.of(scale));
            }
            if (direction == Direction.CAUSAL) {
                attributes.put("unidirectional", Attribute.of(1));
            }
            return attributes;
        }
    }

    /**
     * Which keys count.
     *
     * @param mask INT32: {@code [B, T]} with 1 for tokens and 0 for padding, or {@code [B]} lengths of texts padded at
     *     the right; null if all count
     * @param filter what hides a key: added to its score before the softmax
     * @param bias added to the scores, {@code [B or 1, N or 1, S, T]}, or null
     */
    public record Masking(
            @Nullable Value mask, float filter, @Nullable Value bias) {

        /** Hidden keys get the lowest number added, as in PyTorch's eager attention. */
        public Masking(@Nullable Value mask, @Nullable Value bias) {
            this(mask, -Float.MAX_VALUE, bias);
        }

        /** All keys count. */
        public static final Masking NONE = new Masking(null, null);
    }

    /**
     * {@code Attention}: projections to queries, keys and values, and multi-head attention.
     *
     * @param x {@code [B, S, h]}
     * @param weight {@code [h, 3v]}: queries, keys, values side by side
     * @param bias {@code [3v]}, or null for zeros, which are emitted: ONNX Runtime 1.29's CPU kernel reads the bias without
     *     asking whether it is there, and crashes
     * @return {@code [B, S, v]}
     */
    public Value attention(Value x, Value weight, @Nullable Value bias, Masking masking, Heads heads) {
        Value shifts = bias == null ? zeros(weight) : bias;
        List<@Nullable Value> inputs = Arrays.asList(x, weight, shifts, masking.mask(), null, masking.bias());
        return one("Attention", inputs, heads.attributes(masking), withLast(x, third(shape(weight))));
    }

    /**
     * {@code MultiHeadAttention}: attention between projections that were made before.
     *
     * @param queries {@code [B, S, h]}
     * @param keys {@code [B, T, h]}
     * @param values {@code [B, T, v]}
     * @return {@code [B, S, v]}
     */
    public Value multiHeadAttention(Value queries, Value keys, Value values, Masking masking, Heads heads) {
        List<@Nullable Value> inputs = Arrays.asList(queries, keys, values, null, masking.mask(), masking.bias());
        return one("MultiHeadAttention", inputs, heads.attributes(masking), withLast(queries, last(values)));
    }

    /**
     * The words' part of {@code EmbedLayerNormalization}.
     *
     * @param ids INT32 {@code [B, S]}
     * @param segments INT32 {@code [B, S]}, or null
     * @param positions INT32 {@code [B or 1, S]}, or null for 0, 1, 2, …
     */
    public record Tokens(
            Value ids, @Nullable Value segments, @Nullable Value positions) {}

    /**
     * The tables of {@code EmbedLayerNormalization}.
     *
     * @param words {@code [V, h]}
     * @param positions {@code [P, h]}
     * @param segments {@code [types, h]}, or null
     */
    public record Tables(
            Value words, Value positions, @Nullable Value segments) {}

    /**
     * A layer norm's parameters.
     *
     * @param gamma scale {@code [h]}
     * @param beta shift {@code [h]}, or null
     * @param epsilon added to the variance
     */
    public record Norm(Value gamma, @Nullable Value beta, float epsilon) {}

    /**
     * What {@code EmbedLayerNormalization} computes.
     *
     * @param output {@code [B, S, h]}
     * @param lengths INT32 {@code [B]}: how many tokens of each text the mask counts
     */
    public record Embedded(Value output, Value lengths) {}

    /**
     * {@code EmbedLayerNormalization}: the rows of three tables added and normalised.
     *
     * @param mask INT32 {@code [B, S]} that {@link Embedded#lengths} counts, or null
     */
    public Embedded embedLayerNormalization(Tokens tokens, Tables tables, Norm norm, @Nullable Value mask) {
        List<Value> outputs = embedLayerNormalization(tokens, tables, norm, mask, embeddedTypes(tokens, tables));
        return new Embedded(outputs.get(0), outputs.get(1));
    }

    /** {@code EmbedLayerNormalization}: the norm of the sum of rows of three tables, and that sum. */
    public Residual embedLayerNormalizationAndSum(Tokens tokens, Tables tables, Norm norm) {
        List<TensorType> types = new ArrayList<>(embeddedTypes(tokens, tables));
        types.add(types.getFirst());
        List<Value> outputs = embedLayerNormalization(tokens, tables, norm, null, types);
        return new Residual(outputs.get(0), outputs.get(2));
    }

    private List<Value> embedLayerNormalization(
            Tokens tokens, Tables tables, Norm norm, @Nullable Value mask, List<TensorType> types) {
        List<@Nullable Value> inputs = Arrays.asList(
                tokens.ids(),
                tokens.segments(),
                tables.words(),
                tables.positions(),
                tables.segments(),
                norm.gamma(),
                Objects.requireNonNull(norm.beta()),
                mask,
                tokens.positions());
        Map<String, Attribute> attributes =
                Map.of("epsilon", Attribute.of(norm.epsilon()), "mask_index_type", Attribute.of(mask == null ? 0 : 1));
        return emit("EmbedLayerNormalization", inputs, attributes, types);
    }

    private static List<TensorType> embeddedTypes(Tokens tokens, Tables tables) {
        Shape ids = shape(tokens.ids());
        Shape table = shape(tables.words());
        Shape output = ids == null || table == null ? null : Shape.of(ids.dim(0), ids.dim(1), table.dim(1));
        Shape lengths = ids == null ? null : Shape.of(ids.dim(0));
        return List.of(new TensorType(dtype(tables.words()), output), new TensorType(DType.INT32, lengths));
    }

    /**
     * What a residual connection with a norm after it computes.
     *
     * @param output the norm's
     * @param sum what was normalised
     */
    public record Residual(Value output, Value sum) {}

    /** {@code SkipLayerNormalization}: the norm of x + skip (+ bias); both and the sum {@code [B, S, h]}. */
    public Residual skipLayerNormalization(Value x, Value skip, @Nullable Value bias, Norm norm) {
        List<@Nullable Value> inputs = Arrays.asList(x, skip, norm.gamma(), norm.beta(), bias);
        return residual("SkipLayerNormalization", inputs, norm);
    }

    /** {@code SkipSimplifiedLayerNormalization}: the root-mean-square norm of x + skip (+ bias). */
    public Residual skipSimplifiedLayerNormalization(Value x, Value skip, @Nullable Value bias, Norm norm) {
        List<@Nullable Value> inputs = Arrays.asList(x, skip, norm.gamma(), bias);
        return residual("SkipSimplifiedLayerNormalization", inputs, norm);
    }

    /**
     * {@code SimplifiedLayerNormalization}: x / √(mean(x²) + epsilon) · gamma, over the last axis. ONNX Runtime keeps it
     * in ONNX's own domain, though ONNX does not have it.
     */
    public Value simplifiedLayerNormalization(Value x, Norm norm) {
        Map<String, Attribute> attributes = Map.of(
                "axis",
                Attribute.of(-1),
                "epsilon",
                Attribute.of(norm.epsilon()),
                "stash_type",
                Attribute.of(DType.FLOAT.onnxCode()));
        List<TensorType> types = Collections.singletonList(like(x));
        return ops.emit("", "SimplifiedLayerNormalization", List.of(x, norm.gamma()), attributes, types)
                .getFirst();
    }

    /** {@code FusedMatMul}: x·tableᵀ for a table {@code [V, h]}, which is not copied. */
    public Value productWithTransposed(Value x, Value table) {
        Map<String, Attribute> attributes = Map.of("transB", Attribute.of(1));
        Shape left = shape(x);
        Shape right = shape(table);
        Shape shape = left == null || right == null ? null : withLastDim(left, right.dim(0));
        return one("FusedMatMul", List.of(x, table), attributes, new TensorType(dtype(x), shape));
    }

    /** {@code BiasGelu}: the exact GELU of x + bias, the bias {@code [h]}. */
    public Value biasGelu(Value x, Value bias) {
        return one("BiasGelu", List.of(x, bias), Map.of(), like(x));
    }

    /** {@code Gelu}: x · Φ(x), exactly. */
    public Value gelu(Value x) {
        return one("Gelu", List.of(x), Map.of(), like(x));
    }

    /** {@code FastGelu}: GELU's approximation by tanh, of x (+ bias). */
    public Value fastGelu(Value x, @Nullable Value bias) {
        return one("FastGelu", bias == null ? List.of(x) : List.of(x, bias), Map.of(), like(x));
    }

    /** {@code QuickGelu}: x · sigmoid(alpha · x); alpha 1 is SiLU. */
    public Value quickGelu(Value x, float alpha) {
        return one("QuickGelu", List.of(x), Map.of("alpha", Attribute.of(alpha)), like(x));
    }

    /**
     * {@code RotaryEmbedding}: rotates pairs of components (i, i + r/2) of each head by its position's angle.
     *
     * @param x {@code [B, S, N·d]}, d the width of a head, rotated whole
     * @param positions INT64 {@code [B, S]}
     * @param cos {@code [P, d/2]}
     * @param sin {@code [P, d/2]}
     */
    public Value rotaryEmbedding(Value x, Value positions, Value cos, Value sin, long heads) {
        Map<String, Attribute> attributes = Map.of("num_heads", Attribute.of(heads));
        return one("RotaryEmbedding", List.of(x, positions, cos, sin), attributes, like(x));
    }

    /** The same with pairs of neighbours, (2i, 2i + 1). */
    public Value rotaryEmbeddingOfNeighbours(Value x, Value positions, Value cos, Value sin, long heads) {
        Map<String, Attribute> attributes = Map.of("num_heads", Attribute.of(heads), "interleaved", Attribute.of(1));
        return one("RotaryEmbedding", List.of(x, positions, cos, sin), attributes, like(x));
    }

    private Residual residual(String opType, List<@Nullable Value> inputs, Norm norm) {
        TensorType type = like(Objects.requireNonNull(inputs.getFirst()));
        List<@Nullable TensorType> types = new ArrayList<>(Arrays.asList(type, null, null, type));
        List<Value> outputs = emit(opType, inputs, Map.of("epsilon", Attribute.of(norm.epsilon())), types);
        return new Residual(outputs.get(0), outputs.get(3));
    }

    private Value one(
            String opType,
            List<? extends @Nullable Value> inputs,
            Map<String, Attribute> attributes,
            @Nullable TensorType type) {
        return emit(opType, inputs, attributes, Collections.singletonList(type)).getFirst();
    }

    private List<Value> emit(
            String opType,
            List<? extends @Nullable Value> inputs,
            Map<String, Attribute> attributes,
            List<? extends @Nullable TensorType> types) {
        int used = inputs.size();
        while (used > 0 && inputs.get(used - 1) == null) {
            used--;
        }
        return ops.emit(DOMAIN, opType, inputs.subList(0, used), attributes, types);
    }

    private static @Nullable TensorType like(Value x) {
        return x.type();
    }

    private static @Nullable TensorType withLast(Value x, @Nullable Dim last) {
        Shape shape = shape(x);
        if (x.type() == null) {
            return null;
        }
        return new TensorType(dtype(x), shape == null || last == null ? null : withLastDim(shape, last));
    }

    private Value zeros(Value weight) {
        Shape shape = shape(weight);
        if (shape == null || !(shape.dim(1) instanceof Dim.Known(long size))) {
            throw new IllegalArgumentException("a weight of unknown width without bias: " + weight);
        }
        return ops.constant("zeros", TensorData.allocate(dtype(weight), List.of(size)));
    }

    private static @Nullable Dim last(Value x) {
        Shape shape = shape(x);
        return shape == null ? null : shape.dim(shape.rank() - 1);
    }

    private static @Nullable Dim third(@Nullable Shape packed) {
        return packed != null && packed.dim(1) instanceof Dim.Known(long size) ? Dim.of(size / 3) : null;
    }

    private static Shape withLastDim(Shape shape, Dim last) {
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.set(dims.size() - 1, last);
        return new Shape(dims);
    }

    private static @Nullable Shape shape(Value x) {
        return x.type() == null ? null : x.type().shape();
    }

    private static DType dtype(Value x) {
        return Objects.requireNonNull(x.type()).dtype();
    }
}
