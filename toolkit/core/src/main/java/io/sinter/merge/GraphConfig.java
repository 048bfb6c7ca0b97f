package io.sinter.merge;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.source.Constants;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.GraphSource;
import io.sinter.source.IndexSource;
import io.sinter.source.OtherTable;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code config.json} of an exported BERT whose own is not there, read off its graph: tables of tokens, positions and
 * token types, one Softmax a layer, heads from the shape that queries are given, Gelu by Erf. A graph that is not plainly
 * that gets none, rather than a guess.
 */
final class GraphConfig {

    private static final JsonMapper MAPPER = new JsonMapper();

    private GraphConfig() {}

    /** The configuration, where all of it can be seen. */
    static Optional<ObjectNode> infer(GraphSource source) {
        Model model = source.readModel();
        Graph graph = model.graph();
        EmbeddingTable table = source.embeddingTable(model);
        Optional<OtherTable> types = table.others().stream()
                .filter(o -> o.index() instanceof IndexSource.Input)
                .findFirst();
        Optional<OtherTable> positions = table.others().stream()
                .filter(o -> !(o.index() instanceof IndexSource.Input))
                .findFirst();
        OptionalLong heads = heads(graph);
        OptionalLong intermediate = intermediate(graph, table.width());
        long layers = graph.nodes().stream().filter(n -> n.is("Softmax")).count();
        boolean gelu = graph.nodes().stream().filter(n -> n.is("Erf")).count() == layers;
        if (types.isEmpty() || positions.isEmpty() || heads.isEmpty() || intermediate.isEmpty() || !gelu) {
            return Optional.empty();
        }
        ObjectNode config = MAPPER.createObjectNode();
        config.put("model_type", "bert");
        config.putArray("architectures").add("BertModel");
        config.put("vocab_size", table.rows());
        config.put("hidden_size", table.width());
        config.put("num_hidden_layers", layers);
        config.put("num_attention_heads", heads.getAsLong());
        config.put("intermediate_size", intermediate.getAsLong());
        config.put("hidden_act", "gelu");
        config.put("max_position_embeddings", rows(positions.get().table()));
        config.put("type_vocab_size", rows(types.get().table()));
        config.put("layer_norm_eps", epsilon(graph));
        config.put("pad_token_id", 0);
        return Optional.of(config);
    }

    private static long rows(Value table) {
        TensorData data = table.initializer();
        return data == null ? 0 : data.dim(0);
    }

    /** Queries are reshaped to [batch, sequence, heads, width of a head]. */
    private static OptionalLong heads(Graph graph) {
        return graph.nodes().stream()
                .filter(n -> n.is("Reshape"))
                .map(n -> n.input(1))
                .flatMap(v -> v == null ? Stream.empty() : Stream.of(v))
                .map(GraphConfig::fourthAndThird)
                .flatMap(Optional::stream)
                .mapToLong(Long::longValue)
                .findFirst();
    }

    private static Optional<Long> fourthAndThird(Value shape) {
        Node concat = shape.producer();
        if (concat == null || !concat.is("Concat") || concat.inputs().size() != 4) {
            return Optional.empty();
        }
        Value heads = concat.input(2);
        Value width = concat.input(3);
        return heads == null || width == null || constant(width).isEmpty() ? Optional.empty() : constant(heads);
    }

    private static Optional<Long> constant(Value value) {
        Optional<TensorData> data = Constants.elements(value);
        Node producer = value.producer();
        if (data.isEmpty() && producer != null && producer.is("Unsqueeze") && producer.input(0) != null) {
            return constant(producer.input(0));
        }
        return data.filter(d -> d.dtype() == DType.INT64 && d.elementCount() == 1)
                .map(d -> d.toLongArray()[0]);
    }

    /** The commonest width of a matrix from the hidden width to a greater one. */
    private static OptionalLong intermediate(Graph graph, long width) {
        Map<Long, Long> counts = graph.initializers().stream()
                .map(Value::initializer)
                .flatMap(d -> d == null ? Stream.empty() : Stream.of(d))
                .filter(d -> d.rank() == 2 && d.shape().contains(width))
                .map(d -> d.dim(0) == width ? d.dim(1) : d.dim(0))
                .filter(other -> other > width)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return counts.entrySet().stream().filter(e -> e.getValue() > 1).max(Map.Entry.comparingByValue()).stream()
                .mapToLong(Map.Entry::getKey)
                .findFirst();
    }

    /** What is added to the variance before the square root; 1e-12, as BERT has it, where that is not to be seen. */
    private static double epsilon(Graph graph) {
        return graph.nodes().stream()
                .filter(n -> n.is("Sqrt") && n.input(0) != null)
                .map(n -> n.input(0).producer())
                .filter(n -> n != null && n.is("Add"))
                .flatMap(n -> n.inputs().stream())
                .map(GraphConfig::scalar)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(1e-12);
    }

    private static Optional<Double> scalar(Value value) {
        return Constants.elements(value)
                .filter(d -> d.dtype() == DType.FLOAT && d.elementCount() == 1)
                .map(d -> Double.parseDouble(Float.toString(d.toFloatArray()[0])));
    }
}
