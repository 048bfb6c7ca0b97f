package io.sinter.encoder;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Prune;
import io.sinter.source.ModelConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The graph of an encoder in float32, built from its configuration and weights.
 *
 * @param model with outputs named as transformers names them
 * @param head that it has
 */
public record EncoderGraph(Model model, Head head) {

    /** Version of the file format that came with opset 17. */
    private static final long IR_VERSION = 8;

    /**
     * Builds a model.
     *
     * @throws io.sinter.error.SinterException if configuration or weights do not fit the family, or each other
     */
    public static EncoderGraph build(ModelConfig config, WeightSource weights, BuildOptions options) {
        Architecture architecture = Architectures.of(config);
        Head head = options.head() == null ? Head.of(config) : options.head();
        if (!architecture.heads().contains(head)) {
            throw new UnsupportedException("%s: a %s has no head %s here: expected %s"
                    .formatted(
                            config.file(),
                            config.modelType().orElse("model"),
                            head.label(),
                            architecture.heads().stream().map(Head::label).collect(Collectors.joining(" or "))));
        }
        if (!architecture.towers().contains(options.tower())) {
            throw new UnsupportedException("%s: a %s has no towers: got %s, expected both"
                    .formatted(
                            config.file(),
                            config.modelType().orElse("model"),
                            options.tower().label()));
        }
        Graph graph = new Graph(config.modelType().orElse("encoder"));
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", options.opset());
        Layers layers = new Layers(new Ops(graph, options.opset()), options.target());
        if (layers.fused()) {
            MicrosoftOps.importInto(model);
        }
        Network network = new Network(Settings.of(config), new Weights(weights, ""), layers, options, head);
        architecture.emit(network);
        name(graph, layers, network.outputs());
        new Prune().run(model);
        Verifier.verifyOrThrow(model, config.file().toString());
        return new EncoderGraph(model, head);
    }

    /** A value can be an output once, and under one name. */
    private static void name(Graph graph, Layers layers, Map<String, Value> outputs) {
        Map<Value, String> named = new LinkedHashMap<>();
        outputs.forEach((name, value) -> {
            Value own = named.containsKey(value) || value.producer() == null
                    ? layers.ops().identity(value)
                    : value;
            named.put(own, name);
            graph.rename(own, name);
            graph.addOutput(own);
        });
    }
}
