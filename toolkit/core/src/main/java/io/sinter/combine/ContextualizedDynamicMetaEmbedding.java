package io.sinter.combine;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Contextualized dynamic meta-embeddings (Kiela, Wang and Cho, EMNLP 2018): x′ᵢ = Pᵢ xᵢ + bᵢ as in
 * {@link DynamicMetaEmbedding}, a small bidirectional LSTM reads the x′ᵢ of a text's tokens, for each source alone, and the
 * result is Σ φ(a · hᵢ + b) x′ᵢ with its states hᵢ, φ the softmax over the sources or a sigmoid for each.
 *
 * <p>Parameters, with PyTorch's names and layouts: {@code projectors.0.weight} {@code [width, d₁]},
 * {@code projectors.0.bias}, …; {@code attn_0} is {@code nn.LSTM(width, hidden, bidirectional=True)}:
 * {@code attn_0.weight_ih_l0} {@code [4 · hidden, width]}, {@code attn_0.weight_hh_l0} {@code [4 · hidden, hidden]},
 * {@code attn_0.bias_ih_l0}, {@code attn_0.bias_hh_l0} {@code [4 · hidden]} (gates in PyTorch's order: input, forget, cell,
 * output) and the same with {@code _reverse}; {@code attn_1} is {@code nn.Linear(2 · hidden, 1)}. {@code init: average}, for
 * sources of the width, makes projections the identity (times 2/N with sigmoids) and scores 0; the LSTM starts with random
 * numbers, always the same, that change nothing and can still learn.
 *
 * @param width of the projections and the result; null takes the first source's
 * @param hidden width of the LSTM, a direction; 2 if not given, as in the paper
 * @param activation φ; softmax if not given
 */
public record ContextualizedDynamicMetaEmbedding(
        @Nullable Long width,
        @Nullable Long hidden,
        @Nullable Activation activation) implements ContextCombiner {

    private static final String LSTM = "attn_0.";

    /** The directions' suffixes, in ONNX's order. */
    private static final List<String> DIRECTIONS = List.of("_l0", "_l0_reverse");

    /**
     * Checks the sizes.
     *
     * @throws io.sinter.error.RecipeException if one is less than 1
     */
    public ContextualizedDynamicMetaEmbedding {
        Widths.requirePositive("combine: contextualized-dynamic-meta-embedding: width", width);
        Widths.requirePositive("combine: contextualized-dynamic-meta-embedding: hidden", hidden);
    }

    @Override
    public long outputWidth(List<Long> widths) {
        return projectors().outputWidth(widths);
    }

    @Override
    public List<ParameterSpec> parameters(List<Long> widths) {
        long gates = Math.multiplyExact(4, units());
        List<ParameterSpec> specs = new ArrayList<>(projectors().parameters(widths));
        for (String direction : DIRECTIONS) {
            specs.add(lstm("weight_ih" + direction, gates, outputWidth(widths)));
            specs.add(lstm("weight_hh" + direction, gates, units()));
            specs.add(lstm("bias_ih" + direction, gates));
            specs.add(lstm("bias_hh" + direction, gates));
        }
        specs.addAll(Projectors.scoreParameters(2 * units()));
        return specs;
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Value mask, Map<String, Value> parameters) {
        long n = sources.size();
        Value projected = projectors().project(ops, sources, parameters);
        long d = Widths.of(projected);
        TokenMask tokens = TokenMask.of(ops, mask);
        Value ordered = tokens.tokensFirst(ops.reshape(projected, 0, 0, n * d));
        // [B, S, N · d] -> [S, N, B, d]: each source of each text is a sequence of its own.
        Value sequences = ops.reshape(ops.transpose(ops.reshape(ordered, 0, 0, n, d), 1, 2, 0, 3), 0, -1, d);
        Value scores = Projectors.scores(ops, states(ops, sequences, lengths(ops, tokens, n), parameters), parameters);
        Value perText = ops.transpose(ops.reshape(scores, 0, n, -1), 2, 0, 1);
        return projectors().mix(ops, projected, ops.unsqueeze(tokens.back(perText), -1));
    }

    private static Value lengths(Ops ops, TokenMask tokens, long n) {
        return ops.concat(0, Collections.nCopies((int) n, tokens.lengths()));
    }

    /** States {@code [S, T, 2 · hidden]} of T sequences {@code [S, T, width]}, forward and backward. */
    private Value states(Ops ops, Value sequences, Value lengths, Map<String, Value> parameters) {
        Value weights = ops.concat(0, each(ops, "weight_ih", parameters));
        Value recurrent = ops.concat(0, each(ops, "weight_hh", parameters));
        List<Value> biases = new ArrayList<>();
        for (String direction : DIRECTIONS) {
            biases.add(ops.unsqueeze(
                    ops.concat(
                            0,
                            List.of(
                                    gates(ops, "bias_ih" + direction, parameters),
                                    gates(ops, "bias_hh" + direction, parameters))),
                    0));
        }
        TensorType type =
                new TensorType(DType.FLOAT, Shape.of(Dim.unknown(), Dim.of(2), Dim.unknown(), Dim.of(units())));
        Map<String, Attribute> attributes =
                Map.of("direction", Attribute.of("bidirectional"), "hidden_size", Attribute.of(units()));
        Value states = ops.emit(
                        "",
                        "LSTM",
                        List.of(sequences, weights, recurrent, ops.concat(0, biases), lengths),
                        attributes,
                        List.of(type))
                .getFirst();
        return ops.reshape(ops.transpose(states, 0, 2, 1, 3), 0, 0, 2 * units());
    }

    private List<Value> each(Ops ops, String name, Map<String, Value> parameters) {
        return DIRECTIONS.stream()
                .map(direction -> ops.unsqueeze(gates(ops, name + direction, parameters), 0))
                .toList();
    }

    /** PyTorch's gates (input, forget, cell, output) in ONNX's order (input, output, forget, cell). */
    private Value gates(Ops ops, String name, Map<String, Value> parameters) {
        long h = units();
        List<Value> parts = ops.split(Layers.parameter(parameters, LSTM + name), 0, h, h, h, h);
        return ops.concat(0, List.of(parts.get(0), parts.get(3), parts.get(1), parts.get(2)));
    }

    private ParameterSpec lstm(String name, Long... shape) {
        List<Long> extents = Arrays.asList(shape);
        // PyTorch starts all of an LSTM's parameters in ±1/√hidden.
        return new ParameterSpec(
                LSTM + name, extents, units(), () -> Projectors.undecided(LSTM + name, extents, units()));
    }

    private long units() {
        return hidden == null ? 2 : hidden;
    }

    private Projectors projectors() {
        return new Projectors(method(), width, activation == null ? Activation.SOFTMAX : activation);
    }
}
