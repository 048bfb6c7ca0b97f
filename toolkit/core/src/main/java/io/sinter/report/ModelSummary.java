package io.sinter.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.error.SinterException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.source.CheckpointSource;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.source.OtherTable;
import io.sinter.source.SourceTable;
import io.sinter.source.TableRows;
import io.sinter.source.TensorSource;
import io.sinter.source.TiedProjections;
import io.sinter.source.WordVectorsSource;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is in a model.
 *
 * @param path what was asked about
 * @param kind what it is, in words
 * @param files with their sizes in bytes
 * @param table the token-embedding table, or why there is none to be found
 * @param graph of an ONNX model
 * @param tokenizer its vocabulary, or why there is none
 * @param config what config.json says
 * @param license that its files state
 * @param notes what was tolerated while reading
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ModelSummary(
        String path,
        String kind,
        Map<String, Long> files,
        TableSummary table,
        Optional<GraphSummary> graph,
        TokenizerSummary tokenizer,
        Map<String, String> config,
        Optional<String> license,
        List<String> notes) {

    /** The token-embedding table: where it is and how it is stored, or a problem. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record TableSummary(
            Optional<String> where,
            Optional<String> stored,
            @JsonProperty("looked_up_by") List<String> lookups,
            @JsonProperty("tied_projections") List<String> tied,
            List<String> others,
            Optional<String> problem) {}

    /** A graph: versions, inputs and outputs, operators with how often they occur, and the size of its constants. */
    public record GraphSummary(
            @JsonProperty("ir_version") long irVersion,
            Map<String, Long> opsets,
            List<String> inputs,
            List<String> outputs,
            long nodes,
            Map<String, Long> operators,
            long constants,
            @JsonProperty("constant_bytes") long constantBytes) {}

    /** A vocabulary: number of tokens and the ids of the special ones, or a problem. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record TokenizerSummary(int tokens, Map<String, Integer> special, Optional<String> problem) {}

    /** Looks at a model. Weights are not read. */
    public static ModelSummary of(ModelSource source) {
        Optional<Model> model = source instanceof GraphSource graph ? Optional.of(graph.readModel()) : Optional.empty();
        return new ModelSummary(
                source.path().toString(),
                source.kind(),
                files(source),
                table(source, model),
                model.map(ModelSummary::graph),
                tokenizer(source, rows(source, model)),
                source.companions().config().map(ModelSummary::config).orElse(Map.of()),
                source.companions().license(),
                source.notes());
    }

    private static Map<String, Long> files(ModelSource source) {
        Map<String, Long> files = new LinkedHashMap<>();
        try {
            for (Path file : source.files()) {
                if (Files.isRegularFile(file)) {
                    files.put(file.toString(), Files.size(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static TableSummary table(ModelSource source, Optional<Model> model) {
        try {
            return switch (source) {
                case GraphSource graph -> graphTable(graph, model.orElseThrow());
                case CheckpointSource checkpoint ->
                    stored(checkpoint.table(), checkpoint.keys().tied());
                case TensorSource tensor -> stored(tensor.table(), List.of());
                case WordVectorsSource words -> stored(words.table(), List.of());
            };
        } catch (SinterException e) {
            return new TableSummary(
                    Optional.empty(), Optional.empty(), List.of(), List.of(), List.of(), Optional.of(e.getMessage()));
        }
    }

    private static TableSummary stored(SourceTable table, List<String> tied) {
        return new TableSummary(
                Optional.of(table.where()),
                Optional.of(table.data().describe()),
                List.of(),
                tied,
                List.of(),
                Optional.empty());
    }

    private static TableSummary graphTable(GraphSource source, Model model) {
        EmbeddingTable table = source.embeddingTable(model);
        return new TableSummary(
                Optional.of(table.stored().weight().name()),
                Optional.of(table.stored().describe()),
                table.lookups().stream()
                        .map(l -> l.node() + " of " + table.inputIds().name())
                        .toList(),
                TiedProjections.find(model.graph(), table).stream()
                        .map(t -> t.node().toString())
                        .toList(),
                table.others().stream().map(OtherTable::describe).toList(),
                Optional.empty());
    }

    private static GraphSummary graph(Model model) {
        Graph graph = model.graph();
        Map<String, Long> counts = graph.nodes().stream()
                .collect(Collectors.groupingBy(ModelSummary::operator, TreeMap::new, Collectors.counting()));
        Map<String, Long> operators = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(e -> operators.put(e.getKey(), e.getValue()));
        return new GraphSummary(
                model.irVersion(),
                new TreeMap<>(model.opsetImports()),
                graph.inputs().stream()
                        .filter(i -> !i.isInitializer())
                        .map(Value::toString)
                        .toList(),
                graph.outputs().stream().map(Value::toString).toList(),
                graph.nodes().size(),
                operators,
                graph.initializers().size(),
                graph.initializers().stream().mapToLong(ModelSummary::bytes).sum());
    }

    private static String operator(Node node) {
        return node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType();
    }

    private static long bytes(Value value) {
        return value.initializer() == null ? 0 : value.initializer().data().byteSize();
    }

    private static OptionalLong rows(ModelSource source, Optional<Model> model) {
        return source instanceof GraphSource graph ? TableRows.of(graph, model.orElseThrow()) : TableRows.of(source);
    }

    private static TokenizerSummary tokenizer(ModelSource source, OptionalLong rows) {
        try {
            Vocabulary vocabulary = source.vocabulary()
                    .orElseGet(() -> source.companions().tokenizer().vocabulary());
            Map<String, Integer> special = new LinkedHashMap<>();
            for (SpecialToken role : SpecialToken.values()) {
                vocabulary.special(role).ifPresent(id -> special.put(role.name(), id));
            }
            return new TokenizerSummary(vocabulary.size(), special, TableRows.problem(rows, vocabulary));
        } catch (SinterException e) {
            return new TokenizerSummary(0, Map.of(), Optional.of(e.getMessage()));
        }
    }

    private static Map<String, String> config(ModelConfig config) {
        Map<String, String> facts = new LinkedHashMap<>();
        config.modelType().ifPresent(t -> facts.put("model_type", t));
        if (!config.architectures().isEmpty()) {
            facts.put("architectures", String.join(", ", config.architectures()));
        }
        config.hiddenSize().ifPresent(h -> facts.put("hidden_size", String.valueOf(h)));
        config.vocabSize().ifPresent(v -> facts.put("vocab_size", String.valueOf(v)));
        return facts;
    }
}
