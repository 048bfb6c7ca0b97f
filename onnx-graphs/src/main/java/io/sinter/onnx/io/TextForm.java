package io.sinter.onnx.io;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Opaque;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model or graph as text for people: inputs, outputs, constants with type and size, and a line a node, subgraphs
 * indented below it. The same model gives the same text; it is not read back.
 *
 * <pre>
 * graph "main"
 *   in   x: FLOAT [batch, 4]
 *   out  y: FLOAT [batch, 2]
 *   init w: FLOAT [4, 2] (32 bytes)
 *   y = MatMul(x, w)
 * </pre>
 */
public final class TextForm {

    /** Longer lists and texts are cut, with their length said. */
    private static final int SHOWN = 8;

    private static final int SHOWN_CHARACTERS = 60;

    private final StringBuilder out = new StringBuilder();

    private TextForm() {}

    /** The whole model: versions, metadata, the main graph and functions. */
    public static String of(Model model) {
        TextForm text = new TextForm();
        text.line(
                0, "model, IR version %d, operator sets %s".formatted(model.irVersion(), opsets(model.opsetImports())));
        model.metadata().forEach((key, value) -> text.line(1, "meta " + key + " = " + quoted(value)));
        text.graph(model.graph(), 0);
        for (Function function : model.functions()) {
            text.line(
                    0,
                    "function %s.%s, operator sets %s"
                            .formatted(function.domain(), function.name(), opsets(function.opsetImports())));
            text.content(function.body(), 1);
        }
        return text.out.toString();
    }

    /** One graph with the graphs inside it. */
    public static String of(Graph graph) {
        TextForm text = new TextForm();
        text.graph(graph, 0);
        return text.out.toString();
    }

    /** One node on one line, without the graphs inside it. */
    public static String of(Node node) {
        String outputs = names(node.outputs());
        String domain = node.domain().isEmpty() ? "" : node.domain() + ".";
        String attributes = node.attributes().entrySet().stream()
                .filter(entry -> !isGraph(entry.getValue()))
                .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                .collect(Collectors.joining(", "));
        return "%s = %s%s%s(%s)%s"
                .formatted(
                        outputs,
                        domain,
                        node.opType(),
                        attributes.isEmpty() ? "" : "[" + attributes + "]",
                        names(node.inputs()),
                        node.name().isEmpty() ? "" : "  # " + node.name());
    }

    private void graph(Graph graph, int depth) {
        line(depth, "graph \"" + graph.name() + "\"");
        content(graph, depth + 1);
    }

    private void content(Graph graph, int depth) {
        graph.inputs().forEach(value -> line(depth, "in   " + value));
        graph.outputs().forEach(value -> line(depth, "out  " + value));
        for (Value value : graph.values()) {
            TensorData data = value.initializer();
            if (data != null) {
                line(
                        depth,
                        "init %s: %s (%d bytes)%s"
                                .formatted(value.name(), data, data.data().byteSize(), elements(data)));
            } else if (value.isSparseInitializer()) {
                line(depth, "init " + value + " (sparse)");
            }
        }
        for (Node node : graph.nodes()) {
            line(depth, of(node));
            node.attributes().forEach((name, attribute) -> subgraphs(name, attribute, depth + 1));
        }
    }

    private void subgraphs(String name, Attribute attribute, int depth) {
        List<Graph> graphs = switch (attribute) {
            case Attribute.SubGraph(Graph graph) -> List.of(graph);
            case Attribute.SubGraphs(List<Graph> several) -> several;
            case Attribute.Int _,
                    Attribute.Float _,
                    Attribute.Str _,
                    Attribute.Tensor _,
                    Attribute.Ints _,
                    Attribute.Floats _,
                    Attribute.Strs _,
                    Attribute.Tensors _,
                    Attribute.Reference _,
                    Attribute.Other _ -> List.of();
        };
        for (Graph graph : graphs) {
            line(depth, name + ": graph \"" + graph.name() + "\"");
            content(graph, depth + 1);
        }
    }

    private static boolean isGraph(Attribute attribute) {
        return attribute instanceof Attribute.SubGraph || attribute instanceof Attribute.SubGraphs;
    }

    private static String text(Attribute attribute) {
        return switch (attribute) {
            case Attribute.Int(long value) -> Long.toString(value);
            case Attribute.Float(float value) -> Float.toString(value);
            case Attribute.Str string -> quoted(string.text());
            case Attribute.Ints ints -> list(ints.values());
            case Attribute.Floats floats -> list(floats.values());
            case Attribute.Strs strings ->
                list(strings.values().stream()
                        .map(Opaque::text)
                        .map(TextForm::quoted)
                        .toList());
            case Attribute.Tensor tensor -> tensor.value() + elements(tensor.value());
            case Attribute.Tensors tensors ->
                list(tensors.values().stream().map(Attribute.Tensor::value).toList());
            case Attribute.SubGraph(Graph graph) -> "graph \"" + graph.name() + "\"";
            case Attribute.SubGraphs graphs -> graphs.values().size() + " graphs";
            case Attribute.Reference reference -> "@" + reference.name();
            case Attribute.Other other -> other.proto().toBytes().length + " bytes of another type";
        };
    }

    /** The elements of a small tensor of a common type, else nothing. */
    private static String elements(TensorData tensor) {
        boolean isReadable =
                tensor.dtype() == DType.FLOAT || tensor.dtype() == DType.INT64 || tensor.dtype() == DType.INT32;
        if (!isReadable || tensor.elementCount() > SHOWN) {
            return "";
        }
        return IntStream.range(0, (int) tensor.elementCount())
                .mapToObj(i -> element(tensor, i))
                .collect(Collectors.joining(", ", " {", "}"));
    }

    private static String element(TensorData tensor, int index) {
        return switch (tensor.dtype()) {
            case FLOAT -> Float.toString(tensor.data().get(TensorData.F32, index * 4L));
            case INT32 -> Integer.toString(tensor.data().get(TensorData.I32, index * 4L));
            default -> Long.toString(tensor.data().get(TensorData.I64, index * 8L));
        };
    }

    private static String list(Collection<?> values) {
        String shown = values.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        return values.size() > SHOWN ? "{%s, ... %d in all}".formatted(shown, values.size()) : "{" + shown + "}";
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return escaped.length() > SHOWN_CHARACTERS
                ? "\"%s...\" (%d characters)".formatted(escaped.substring(0, SHOWN_CHARACTERS), text.length())
                : "\"" + escaped + "\"";
    }

    private static String names(List<? extends @Nullable Value> values) {
        return values.stream().map(value -> value == null ? "_" : value.name()).collect(Collectors.joining(", "));
    }

    private static String opsets(Map<String, Long> imports) {
        return imports.entrySet().stream()
                .map(entry -> (entry.getKey().isEmpty() ? "ai.onnx" : entry.getKey()) + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private void line(int depth, String text) {
        out.repeat("  ", depth).append(text).append('\n');
    }
}
