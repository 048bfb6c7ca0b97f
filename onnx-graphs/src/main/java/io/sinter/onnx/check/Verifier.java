package io.sinter.onnx.check;

import io.sinter.error.VerificationException;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks what must hold of every model that is written: each value is defined once and before it is read, def-use lists
 * agree with inputs, outputs exist, constants have the type that they say, every operator set used is imported, and
 * declared types do not contradict the operators.
 */
public final class Verifier {

    private static final int SHOWN = 8;

    private Verifier() {}

    /** Everything that is wrong, in the order of the graph; empty for a sound model. */
    public static List<Finding> check(Model model) {
        List<Finding> findings = new ArrayList<>();
        Set<String> defined = model.functions().stream().map(Verifier::id).collect(Collectors.toSet());
        checkGraph(model.graph(), new Imports(model.opsetImports(), defined), findings);
        checkVersion(model, findings);
        Set<String> seen = new HashSet<>();
        for (Function function : model.functions()) {
            if (!seen.add(id(function))) {
                findings.add(new Finding("model", "function \"%s\" is defined twice".formatted(id(function))));
            }
            function.body()
                    .initializers()
                    .forEach(value -> findings.add(new Finding(
                            "function \"" + id(function) + "\"",
                            "\"%s\" is an initializer; functions have none, use a Constant node"
                                    .formatted(value.name()))));
            checkGraph(function.body(), new Imports(function.opsetImports(), defined), findings);
        }
        return findings;
    }

    /**
     * Fails if anything is wrong.
     *
     * @param where what was done last, or the file, for the message
     * @throws VerificationException naming the first findings
     */
    public static void verifyOrThrow(Model model, String where) {
        List<Finding> findings = check(model);
        if (!findings.isEmpty()) {
            String more = findings.size() > SHOWN ? "; and %d more".formatted(findings.size() - SHOWN) : "";
            throw new VerificationException(where + ": "
                    + findings.stream().limit(SHOWN).map(Finding::toString).collect(Collectors.joining("; "))
                    + more);
        }
    }

    /** Which operators a graph may use: imported sets, and functions by {@code domain:name}. */
    record Imports(Map<String, Long> versions, Set<String> functions) {
        long opset() {
            return versions.getOrDefault("", 1L);
        }
    }

    private static String id(Function function) {
        return function.domain() + ":" + function.name();
    }

    private static void checkVersion(Model model, List<Finding> findings) {
        if (model.irVersion() < 1) {
            findings.add(new Finding("model", "ir_version is %d".formatted(model.irVersion())));
        }
        if (!model.functions().isEmpty() && model.irVersion() < 8) {
            findings.add(new Finding("model", "functions need ir_version 8, it is %d".formatted(model.irVersion())));
        }
    }

    private static void checkGraph(Graph graph, Imports imports, List<Finding> findings) {
        findings.addAll(new GraphChecks(graph, imports).run());
        for (Node node : graph.nodes()) {
            node.subgraphs().forEach(subgraph -> checkGraph(subgraph, imports, findings));
        }
    }
}
