package io.sinter.encoder;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model while its family emits it: configuration, weights, inputs and outputs. */
public final class Network {

    private final Settings config;
    private final Weights weights;
    private final Layers layers;
    private final Attention attention;
    private final BuildOptions options;
    private final Head head;
    private final Dim batch;
    private final Map<String, Value> outputs;

    Network(Settings config, Weights weights, Layers layers, BuildOptions options, Head head) {
        this.config = config;
        this.weights = weights;
        this.layers = layers;
        this.attention = new Attention();
        this.options = options;
        this.head = head;
        this.batch = Dim.of("batch");
        this.outputs = new LinkedHashMap<>();
    }

    private Network(Network whole, Settings config, Weights weights, Dim batch) {
        this.config = config;
        this.weights = weights;
        this.layers = whole.layers;
        this.attention = whole.attention;
        this.options = whole.options;
        this.head = whole.head;
        this.batch = batch;
        this.outputs = whole.outputs;
    }

    /**
     * A part of the same model, such as one of two towers.
     *
     * @param section its configuration
     * @param part its weights
     * @param size name of the extent of its inputs' first axis
     */
    public Network part(Settings section, Weights part, String size) {
        return new Network(this, section, part, Dim.of(size));
    }

    /** The whole configuration. */
    public Settings config() {
        return config;
    }

    /** All weights. */
    public Weights weights() {
        return weights;
    }

    /** Where to emit. */
    public Layers layers() {
        return layers;
    }

    /** Single operators, into the same graph. */
    public Ops ops() {
        return layers.ops();
    }

    /** Attention, whose masks are made once for all layers. */
    public Attention attention() {
        return attention;
    }

    /** Which of two towers are wanted. */
    public BuildOptions.Tower tower() {
        return options.tower();
    }

    /** What stands on top. */
    public Head head() {
        return head;
    }

    /** Input {@code input_ids}: INT64 {@code [batch, sequence]}. */
    public Value inputIds() {
        return input("input_ids", tokens());
    }

    /** Input {@code attention_mask}: INT64 {@code [batch, sequence]}, 1 for tokens and 0 for padding. */
    public Value attentionMask() {
        inputIds(); // inputs stand in the order that tokenizers give them
        return input("attention_mask", tokens());
    }

    /** Input {@code token_type_ids}: INT64 {@code [batch, sequence]}; nothing where all are to count as 0. */
    public Optional<Value> tokenTypeIds() {
        attentionMask();
        return switch (options.tokenTypes()) {
            case INPUT -> Optional.of(input("token_type_ids", tokens()));
            case ZERO -> Optional.empty();
        };
    }

    /** Input {@code pixel_values}: float32 {@code [batch, channels, height, width]}. */
    public Value pixelValues(long channels, long height, long width) {
        Shape shape = Shape.of(batch, Dim.of(channels), Dim.of(height), Dim.of(width));
        return input("pixel_values", new TensorType(DType.FLOAT, shape));
    }

    /** Makes a value an output of that name. */
    public void output(String name, Value value) {
        outputs.put(name, value);
    }

    /** The outputs so far, by name. */
    public Map<String, Value> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    private Value input(String name, TensorType type) {
        Graph graph = ops().graph();
        @Nullable Value known = graph.value(name);
        return known == null ? graph.addInput(name, type) : known;
    }

    private TensorType tokens() {
        return new TensorType(DType.INT64, Shape.of(batch, Dim.of("sequence")));
    }
}
