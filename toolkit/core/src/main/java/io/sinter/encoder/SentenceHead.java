package io.sinter.encoder;

import io.sinter.encoder.Linear.Layout;
import io.sinter.encoder.Weights.Bias;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.PoolingGraph;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.SentenceTransformers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What makes one vector of a text's token vectors, in the graph: pooling, projections, truncation, scaling to length 1.
 *
 * @param pooling of the tokens
 * @param projections one after another
 * @param dimensions leading components that are kept (Matryoshka embeddings, Kusupati et al. 2022, arXiv:2205.13147), or
 *     null for all
 * @param normalization of what is kept
 */
public record SentenceHead(
        Pooling pooling,
        List<Projection> projections,
        @Nullable Long dimensions,
        Normalization normalization) {

    /** The output's name. */
    public static final String OUTPUT = "sentence_embedding";

    /** What exporters call token vectors, the likelier first. */
    private static final List<String> TOKEN_OUTPUTS = List.of("last_hidden_state", "token_embeddings");

    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "Tanh", Activation.TANH,
            "Identity", Activation.LINEAR,
            "ReLU", Activation.RELU,
            "GELU", Activation.GELU,
            "SiLU", Activation.SILU,
            "Sigmoid", Activation.SIGMOID);

    /** A projection and what follows it. */
    public record Projection(Linear linear, Activation activation) {}

    /** Copies the list. */
    public SentenceHead {
        projections = List.copyOf(projections);
    }

    /** Pooling and scaling alone. */
    public static SentenceHead of(Pooling pooling, Normalization normalization) {
        return new SentenceHead(pooling, List.of(), null, normalization);
    }

    /** The same, keeping the leading components. */
    public SentenceHead truncatedTo(@Nullable Long kept) {
        return new SentenceHead(pooling, projections, kept, normalization);
    }

    /**
     * What the modules of a sentence-transformers directory say; nothing where they do not pool.
     *
     * @throws UnsupportedException if there are modules that are not implemented
     */
    public static Optional<SentenceHead> of(SentenceTransformers modules) {
        List<String> known = List.of("Transformer", "Pooling", "Dense", "Normalize", "Dropout");
        for (String module : modules.modules()) {
            if (!known.contains(module)) {
                throw new UnsupportedException("%s: module %s: expected one of %s"
                        .formatted(modules.files().getFirst(), module, String.join(", ", known)));
            }
        }
        List<Projection> projections =
                modules.dense().stream().map(SentenceHead::projection).toList();
        Normalization normalization = modules.normalizes() ? Normalization.UNIT_LENGTH : Normalization.NONE;
        return modules.pooling().map(p -> new SentenceHead(p, projections, null, normalization));
    }

    /**
     * Appends it to a graph, as the last output {@value #OUTPUT}, float32 {@code [batch, d]}.
     *
     * @throws UnsupportedException if the graph has no output of token vectors, no attention mask, or such an output
     *     already; or if there are not so many components
     */
    public void append(Model model, Layers layers) {
        Graph graph = model.graph();
        if (graph.value(OUTPUT) != null) {
            throw new UnsupportedException(
                    "pooling: the graph has a value \"%s\" already; leave out pooling".formatted(OUTPUT));
        }
        Value tokens = tokens(graph);
        Layers at = layers.at("sentence");
        Value vector = PoolingGraph.pool(at.ops(), tokens, mask(graph), pooling);
        for (Projection projection : projections) {
            vector = at.activated(vector, projection.linear(), projection.activation());
        }
        vector = PoolingGraph.normalize(at.ops(), truncated(at, vector), normalization);
        graph.rename(vector, OUTPUT);
        graph.addOutput(vector);
    }

    /** Appends it to a graph of any origin; see {@link #append(Model, Layers)}. */
    public void append(Model model) {
        Ops ops = new Ops(model.graph(), model.opset()).withPrefix("sinter/");
        append(model, new Layers(ops, Target.PORTABLE));
    }

    private Value truncated(Layers layers, Value vector) {
        if (dimensions == null) {
            return vector;
        }
        TensorType type = vector.type();
        Shape shape = type == null ? null : type.shape();
        long width = shape != null && shape.dim(1) instanceof Dim.Known(long size) ? size : Long.MAX_VALUE;
        if (dimensions <= 0 || dimensions > width) {
            throw new UnsupportedException("dimensions: got %d, expected 1 to %d, the width of a sentence vector"
                    .formatted(dimensions, width));
        }
        Ops ops = layers.ops();
        return ops.slice(vector, layers.indices(0), layers.indices(dimensions), layers.indices(1), layers.indices(1));
    }

    private static Projection projection(SentenceTransformers.Dense dense) {
        String name = dense.activation().substring(dense.activation().lastIndexOf('.') + 1);
        Activation activation = ACTIVATIONS.get(name);
        if (activation == null) {
            throw new UnsupportedException("%s: activation_function: got %s, expected one of %s"
                    .formatted(
                            dense.file(),
                            dense.activation(),
                            ACTIVATIONS.keySet().stream().sorted().collect(Collectors.joining(", "))));
        }
        Weights weights = new Weights(new CheckpointWeights(Checkpoint.open(dense.folder())), "");
        Linear linear = weights.linear("linear", dense.in(), dense.out(), Bias.of(dense.hasBias()));
        String folder = String.valueOf(dense.folder().getFileName());
        return new Projection(
                new Linear(folder + ".linear", linear.weight(), Layout.OUT_IN, linear.bias()), activation);
    }

    /**
     * The output with token vectors: {@code last_hidden_state}, {@code token_embeddings}, or the only one of rank 3.
     *
     * @throws UnsupportedException if there is none, or several
     */
    public static Value tokens(Graph graph) {
        for (String name : TOKEN_OUTPUTS) {
            for (Value output : graph.outputs()) {
                if (output.name().equals(name)) {
                    return output;
                }
            }
        }
        List<Value> candidates =
                graph.outputs().stream().filter(SentenceHead::isTokenVectors).toList();
        if (candidates.size() != 1) {
            throw new UnsupportedException(
                    "pooling needs one output of token vectors [batch, sequence, width], but the graph's outputs are %s"
                            .formatted(graph.outputs().stream()
                                    .map(Value::toString)
                                    .collect(Collectors.joining("; "))));
        }
        return candidates.getFirst();
    }

    private static boolean isTokenVectors(Value output) {
        TensorType type = output.type();
        return type != null
                && type.dtype().isFloat()
                && type.shape() != null
                && type.shape().rank() == 3;
    }

    private static Value mask(Graph graph) {
        return graph.inputs().stream()
                .filter(i -> i.name().equals("attention_mask"))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        "pooling needs an input \"attention_mask\", but the graph's inputs are "
                                + graph.inputs().stream().map(Value::name).collect(Collectors.joining(", "))));
    }
}
