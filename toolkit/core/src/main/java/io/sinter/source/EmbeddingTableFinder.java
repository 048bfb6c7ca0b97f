package io.sinter.source;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the token-embedding table of a graph by what the graph does: a constant matrix of which rows are looked up by the
 * token ids. Names of tables play no part.
 *
 * <p>A lookup is a {@code Gather} along axis 0, a {@code com.microsoft.GatherBlockQuantized}, or a
 * {@code com.microsoft.EmbedLayerNormalization}. Its indices are followed back through operators that keep values
 * ({@link IndexSource#KEEPING_VALUES}): tokens come from a graph input, positions from a range, a constant or a
 * cumulative sum, types from another input. The input of the token ids is the integer input {@code input_ids}; without
 * one, the only integer input by which a table is looked up, not counting those with the usual names of masks, types and
 * positions; of several, the one whose table has the most rows.
 *
 * <p>The table may be an initializer or a Constant, of floats, or of integers dequantised before or after the lookup.
 */
public final class EmbeddingTableFinder {

    private static final Set<String> NEVER_TOKENS = Set.of(
            "attention_mask",
            "token_type_ids",
            "segment_ids",
            "position_ids",
            "input_mask",
            "bbox",
            "decoder_input_ids",
            "decoder_attention_mask");

    private final String where;
    private final Graph graph;
    private final List<Found> tokens = new ArrayList<>();
    private final List<OtherTable> others = new ArrayList<>();

    private record Found(Value input, StoredTable table, TokenLookup lookup) {
        String describe() {
            return "\"%s\" %s by input \"%s\"".formatted(table.weight().name(), table.describe(), input.name());
        }
    }

    private EmbeddingTableFinder(String where, Graph graph) {
        this.where = where;
        this.graph = graph;
    }

    /**
     * Finds the table.
     *
     * @param where the file or model, for messages
     * @throws MissingException if token ids are looked up in no constant matrix; says what is looked up instead
     * @throws UnsupportedException if several tables could be the one; names them
     * @throws MalformedException if a table's scales or zero points do not fit its codes
     */
    public static EmbeddingTable find(String where, Graph graph) {
        EmbeddingTableFinder finder = new EmbeddingTableFinder(where, graph);
        graph.nodes().forEach(finder::visit);
        return finder.choose();
    }

    private void visit(Node node) {
        try {
            visitLookup(node);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("%s: %s: %s".formatted(where, node, e.getMessage()), e);
        }
    }

    private void visitLookup(Node node) {
        if (node.is("Gather") && node.intAttribute("axis", 0) == 0) {
            gather(node);
        } else if (node.domain().equals("com.microsoft")) {
            switch (node.opType()) {
                case "GatherBlockQuantized" -> gatherBlockQuantized(node);
                case "EmbedLayerNormalization" -> embedLayerNormalization(node);
                default -> {}
            }
        }
    }

    private void gather(Node node) {
        Optional<StoredTable> plain = StoredTables.of(node.input(0));
        if (plain.isPresent() && StoredTables.areScales(node)) {
            return;
        }
        if (plain.isPresent()) {
            add(plain.get(), new TokenLookup(node, 1, 0, Optional.of(node.output())));
            return;
        }
        for (Use use : node.output().uses()) {
            StoredTables.dequantizedAfter(node.input(0), use)
                    .ifPresent(t -> add(
                            t,
                            new TokenLookup(node, 1, 0, Optional.of(use.node().output()))));
        }
        for (Node reader : Constants.readersBehindCasts(node.output())) {
            StoredTables.scaledAfter(node, reader)
                    .ifPresent(t -> add(t, new TokenLookup(node, 1, 0, Optional.of(reader.output()))));
        }
    }

    private void gatherBlockQuantized(Node node) {
        if (node.intAttribute("gather_axis", 0) == 0) {
            StoredTables.blockQuantized(node)
                    .ifPresent(t -> add(t, new TokenLookup(node, 1, 0, Optional.of(node.output()))));
        }
    }

    private void embedLayerNormalization(Node node) {
        StoredTables.of(node.input(2)).ifPresent(t -> add(t, new TokenLookup(node, 0, 2, Optional.empty())));
        Value positions = node.input(3);
        Value positionIds = node.input(8);
        if (positions != null) {
            IndexSource index = positionIds == null ? new IndexSource.Computed(node) : IndexSource.of(positionIds);
            others.add(new OtherTable(node, positions, index));
        }
        Value types = node.input(4);
        Value typeIds = node.input(1);
        if (types != null && typeIds != null) {
            others.add(new OtherTable(node, types, IndexSource.of(typeIds)));
        }
    }

    private void add(StoredTable table, TokenLookup lookup) {
        IndexSource index = IndexSource.of(lookup.ids());
        if (index instanceof IndexSource.Input(Value input) && isInteger(input)) {
            tokens.add(new Found(input, table, lookup));
        } else {
            others.add(new OtherTable(lookup.node(), table.weight(), index));
        }
    }

    private EmbeddingTable choose() {
        Map<Value, List<Found>> byInput =
                tokens.stream().collect(Collectors.groupingBy(Found::input, LinkedHashMap::new, Collectors.toList()));
        Value input = tokenInput(byInput);
        List<Found> chosen = byInput.getOrDefault(input, List.of());
        StoredTable table = chosen.getFirst().table();
        for (Found found : chosen) {
            if (found.table().weight() != table.weight()) {
                throw ambiguous("input \"%s\" looks up several tables".formatted(input.name()), chosen);
            }
        }
        List<OtherTable> rest = new ArrayList<>(others);
        byInput.forEach((other, found) -> {
            if (other != input) {
                found.forEach(f ->
                        rest.add(new OtherTable(f.lookup().node(), f.table().weight(), new IndexSource.Input(other))));
            }
        });
        return new EmbeddingTable(
                input, table, chosen.stream().map(Found::lookup).toList(), rest);
    }

    private Value tokenInput(Map<Value, List<Found>> byInput) {
        for (Value input : graph.inputs()) {
            if (input.name().equals("input_ids") && isInteger(input)) {
                if (!byInput.containsKey(input)) {
                    throw absent();
                }
                return input;
            }
        }
        List<Value> candidates = byInput.keySet().stream()
                .filter(Predicate.not(v -> NEVER_TOKENS.contains(v.name())))
                .sorted(Comparator.comparingLong((Value v) -> rows(byInput, v)).reversed())
                .toList();
        if (candidates.isEmpty()) {
            throw absent();
        }
        Value first = candidates.getFirst();
        if (candidates.size() > 1 && rows(byInput, first) == rows(byInput, candidates.get(1))) {
            throw ambiguous("no input is named input_ids, and several look up tables of as many rows", tokens);
        }
        return first;
    }

    private static long rows(Map<Value, List<Found>> byInput, Value input) {
        return byInput.getOrDefault(input, List.of()).stream()
                .mapToLong(f -> f.table().rows())
                .max()
                .orElse(0);
    }

    /** Inputs of unknown type may be token ids; defaults of initializers are not. */
    private boolean isInteger(Value input) {
        TensorType type = input.type();
        return graph.inputs().contains(input)
                && (type == null || type.dtype() == DType.INT64 || type.dtype() == DType.INT32);
    }

    private MissingException absent() {
        String inputs = graph.inputs().stream()
                .filter(v -> !v.isInitializer())
                .map(Value::toString)
                .collect(Collectors.joining("; "));
        String tables = others.isEmpty() && tokens.isEmpty()
                ? "none"
                : Stream.concat(
                                others.stream().map(OtherTable::describe),
                                tokens.stream().map(Found::describe))
                        .collect(Collectors.joining("; "));
        return new MissingException("""
                %s: no token-embedding table: expected a Gather (or EmbedLayerNormalization) that looks token ids up in \
                a constant matrix; the graph's inputs: %s; constant matrices looked up: %s; give the export of an \
                encoder, or the checkpoint (model.safetensors) instead""".formatted(where, inputs.isEmpty() ? "none" : inputs, tables));
    }

    private UnsupportedException ambiguous(String what, List<Found> found) {
        return new UnsupportedException(
                "%s: %s, so the token-embedding table is not clear: %s; name one input input_ids"
                        .formatted(
                                where, what, found.stream().map(Found::describe).collect(Collectors.joining("; "))));
    }
}
