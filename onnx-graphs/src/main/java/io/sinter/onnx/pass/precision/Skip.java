package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parts of a graph that keep float32, by name: {@code *} stands for any text, {@code ?} for one character. A node is
 * meant by its own name, by the name of a weight that it reads, or by the name of a value that it computes.
 *
 * @param globs patterns of whole names
 */
public record Skip(List<String> globs) {

    /** Nothing. */
    public static final Skip NONE = new Skip(List.of());

    /** Copies the list. */
    public Skip {
        globs = List.copyOf(globs);
    }

    /** Whether the node keeps float32. */
    public boolean covers(Node node) {
        return names(node).anyMatch(name -> globs.stream().anyMatch(glob -> matches(glob, name)));
    }

    /** Whether the weight of that name keeps float32. */
    public boolean covers(String weight) {
        return globs.stream().anyMatch(glob -> matches(glob, weight));
    }

    /** The patterns that nothing in the graph, or in those inside it, is named by. */
    public List<String> unmatched(Graph graph) {
        List<String> rest = new ArrayList<>(globs);
        removeMatched(graph, rest);
        return rest;
    }

    private static void removeMatched(Graph graph, List<String> globs) {
        for (Node node : graph.nodes()) {
            globs.removeIf(glob -> names(node).anyMatch(name -> matches(glob, name)));
            node.subgraphs().forEach(subgraph -> removeMatched(subgraph, globs));
        }
    }

    private static Stream<String> names(Node node) {
        Stream<String> weights = node.inputs().stream()
                .filter(Objects::nonNull)
                .filter(Value::isInitializer)
                .map(Value::name);
        Stream<String> outputs =
                node.outputs().stream().filter(Objects::nonNull).map(Value::name);
        return Stream.concat(Stream.of(node.name()), Stream.concat(weights, outputs));
    }

    private static boolean matches(String glob, String name) {
        String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches();
    }
}
