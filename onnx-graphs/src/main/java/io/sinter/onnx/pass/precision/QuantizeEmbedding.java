package io.sinter.onnx.pass.precision;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores one table that is looked up in few bits, and scales the rows after the lookup. A
 * {@code com.microsoft.EmbedLayerNormalization}, which takes float tables only, is written out first
 * ({@link EmbedLayerNormalizations}).
 *
 * <p>What else reads the table, such as an output projection tied to it: an {@link EmbeddingFormat#INT8} table is scaled
 * back as a whole for it, which ONNX Runtime does once, when it loads the model; beside an {@link EmbeddingFormat#INT4}
 * table the float32 one stays, and a refusal says so.
 *
 * @param table the name of the initializer, FLOAT {@code [V, d]}
 * @param format how rows are stored
 */
public record QuantizeEmbedding(String table, EmbeddingFormat format) implements GraphPass {

    private static final String PREFIX = "embedding/";

    @Override
    public String name() {
        return "quantize-embedding";
    }

    @Override
    public PassResult run(Model model) {
        Graph graph = model.graph();
        Value weight = graph.value(table);
        TensorData floats = weight == null ? null : weight.constant();
        if (weight == null || floats == null || floats.dtype() != DType.FLOAT || floats.rank() != 2) {
            throw new UnsupportedException("embedding: \"%s\" is %s, expected a constant FLOAT table [V, d]"
                    .formatted(table, floats == null ? "no constant" : floats.describe()));
        }
        requireFits(floats);
        for (Use use : weight.uses()) {
            if (EmbedLayerNormalizations.looksUp(use)) {
                EmbedLayerNormalizations.writeOut(graph, model.opset(), use.node());
            }
        }
        return switch (format) {
            case INT8 -> int8(graph, model.opset(), weight, floats);
            case INT4 -> int4(model, weight, floats);
        };
    }

    private void requireFits(TensorData floats) {
        if (!Rows.range(floats).isFinite()) {
            throw new UnsupportedException("embedding: \"%s\" has elements that are not finite".formatted(table));
        }
        if (format == EmbeddingFormat.INT4 && floats.dim(1) % 2 != 0) {
            throw new UnsupportedException(
                    "embedding: \"%s\" is %d wide, but rows of 4 bits need an even width; use int8"
                            .formatted(table, floats.dim(1)));
        }
    }

    private PassResult int8(Graph graph, long opset, Value weight, TensorData floats) {
        Int8Rows rows = Int8Rows.of(floats);
        Value codes = graph.addInitializer(graph.uniqueName(table + "_int8"), rows.codes());
        Value scales = graph.addInitializer(graph.uniqueName(table + "_scale"), rows.scales());
        List<String> changes = new ArrayList<>(List.of(change(floats, rows.codes(), rows.scales())));
        Value whole = null;
        for (Use use : weight.uses()) {
            Node node = use.node();
            Value ids = lookup(graph, use);
            if (ids != null) {
                Ops ops = before(graph, opset, node);
                Value found = ops.cast(ops.gather(codes, ids, 0), DType.FLOAT);
                replace(graph, node, "", "Mul", List.of(found, ops.gather(scales, ids, 0)), Map.of());
            } else {
                if (whole == null) {
                    Ops ops = before(graph, opset, graph.nodes().getFirst());
                    whole = ops.mul(ops.cast(codes, DType.FLOAT), scales);
                    changes.add("\"%s\" for its other readers".formatted(whole.name()));
                }
                node.setInput(use.index(), whole);
            }
        }
        return PassResult.of(changes);
    }

    private PassResult int4(Model model, Value weight, TensorData floats) {
        Graph graph = model.graph();
        Int4Table rows = Int4Table.of(floats);
        Value codes = graph.addInitializer(graph.uniqueName(table + "_int4"), rows.codes());
        Value scales = graph.addInitializer(graph.uniqueName(table + "_scale"), rows.scales());
        Map<String, Attribute> attributes = Map.of(
                "bits", Attribute.of(4),
                "block_size", Attribute.of(Int4Table.BLOCK),
                "gather_axis", Attribute.of(0),
                "quantize_axis", Attribute.of(1));
        List<String> refusals = new ArrayList<>();
        for (Use use : weight.uses()) {
            Value ids = lookup(graph, use);
            if (ids == null) {
                refusals.add("\"%s\" stays in float32 too, for %s".formatted(table, use.node()));
            } else {
                replace(
                        graph,
                        use.node(),
                        MicrosoftOps.DOMAIN,
                        "GatherBlockQuantized",
                        List.of(codes, ids, scales),
                        attributes);
            }
        }
        MicrosoftOps.importInto(model);
        return new PassResult(List.of(change(floats, rows.codes(), rows.scales())), refusals);
    }

    /** The indices of a lookup of rows in the main graph, or null if the use is another. */
    private static @Nullable Value lookup(Graph graph, Use use) {
        Node node = use.node();
        return node.is("Gather") && use.index() == 0 && node.intAttribute("axis", 0) == 0 && graph.indexOf(node) >= 0
                ? node.input(1)
                : null;
    }

    private static void replace(
            Graph graph,
            Node node,
            String domain,
            String opType,
            List<Value> inputs,
            Map<String, Attribute> attributes) {
        Node replacement = new Node(domain, opType, inputs, attributes);
        replacement.setName(node.name());
        graph.replaceNode(node, replacement);
    }

    private String change(TensorData floats, TensorData codes, TensorData scales) {
        return "\"%s\" %s as %s, scales %s".formatted(table, floats.describe(), codes.describe(), scales.describe());
    }

    private static Ops before(Graph graph, long opset, Node node) {
        return Ops.insertingBefore(graph, opset, node).withPrefix(PREFIX);
    }
}
