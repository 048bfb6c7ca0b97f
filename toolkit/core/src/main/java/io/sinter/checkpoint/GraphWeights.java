package io.sinter.checkpoint;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Stream;

/**
 * The weights of an ONNX graph: its float initializers of more than one element. What exporters number anew in every file,
 * such as {@code onnx::MatMul_1535}, is named by the node that reads it: {@code encoder.layer.0.output.dense.weight}.
 *
 * @param file the graph
 * @param model the graph as it was read
 * @param tensors by name
 */
record GraphWeights(Path file, Model model, Map<String, TensorData> tensors) implements ModelWeights {

    private static final List<String> GRAPHS = List.of("model.onnx", "onnx/model.onnx");

    /** The graph of a directory, if it has one. */
    static Optional<Path> in(Path directory) {
        return GRAPHS.stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * Reads the weights of an .onnx file, or of a directory that has one.
     *
     * @throws UnsupportedException if they are quantised
     */
    static GraphWeights read(Path path) {
        Path file = Files.isDirectory(path)
                ? in(path).orElseThrow(() ->
                        new MissingException(path + ": neither a checkpoint nor model.onnx is in this folder"))
                : path;
        Model model = OnnxReader.read(file);
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        values(file, model.graph()).forEach((name, value) -> tensors.put(name, data(value)));
        return new GraphWeights(file, model, tensors);
    }

    /** The same of the same graph read once more. */
    GraphWeights with(Model again) {
        return new GraphWeights(file, again, tensors);
    }

    /** The initializers that are weights, by the names that they have here. */
    Map<String, Value> values() {
        return values(file, model.graph());
    }

    private static Map<String, Value> values(Path file, Graph graph) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (Value value : graph.initializers()) {
            TensorData data = data(value);
            if (data.elementCount() < 2 || value.uses().isEmpty()) {
                continue;
            }
            if (isQuantized(data.dtype())) {
                throw new UnsupportedException(
                        "%s: \"%s\" is %s: quantised weights cannot be merged; merge the models in"
                                        .formatted(file, value.name(), data.describe())
                                + " floats, then quantise the result");
            }
            if (data.dtype().isFloat()) {
                values.put(name(value, values), value);
            }
        }
        return values;
    }

    private static boolean isQuantized(DType type) {
        return type.bits() <= 8 && type != DType.BOOL && type != DType.STRING;
    }

    static TensorData data(Value value) {
        TensorData data = value.initializer();
        if (data == null) {
            throw new IllegalStateException(value + " is no initializer");
        }
        return data;
    }

    /** The initializer's own name where it says something; else what the names around it say. */
    private static String name(Value value, Map<String, Value> taken) {
        String own = value.name();
        if (!own.contains("::") && own.contains(".")) {
            return own;
        }
        Node reader = value.uses().getFirst().node();
        return Stream.concat(fromNode(reader).stream(), fromBias(reader).stream())
                .filter(name -> !taken.containsKey(name))
                .findFirst()
                .orElse(own);
    }

    /** {@code /encoder/layer.0/output/dense/MatMul} reads {@code encoder.layer.0.output.dense.weight}. */
    private static Optional<String> fromNode(Node node) {
        String path = node.name().replaceFirst("^/", "");
        int last = path.lastIndexOf('/');
        return last < 0 ? Optional.empty() : Optional.of(path.substring(0, last).replace('/', '.') + ".weight");
    }

    /** A product to which {@code dense.bias} is added is one with {@code dense.weight}. */
    private static Optional<String> fromBias(Node node) {
        return node.outputs().isEmpty()
                ? Optional.empty()
                : node.output(0).uses().stream()
                        .map(Use::node)
                        .filter(add -> add.is("Add"))
                        .flatMap(add -> add.inputs().stream())
                        .filter(input -> input != null
                                && input.isInitializer()
                                && input.name().endsWith(".bias"))
                        .map(bias -> bias.name().replaceFirst("bias$", "weight"))
                        .findFirst();
    }

    @Override
    public SequencedSet<String> names() {
        return new LinkedHashSet<>(tensors.keySet());
    }

    @Override
    public Optional<Spec> find(String name) {
        return Optional.ofNullable(tensors.get(name)).map(Spec::of);
    }

    @Override
    public TensorData read(String name, Scratch scratch) {
        TensorData tensor = tensors.get(name);
        if (tensor == null) {
            throw new MissingException(file + ": no weight \"" + name + "\"");
        }
        return tensor;
    }
}
