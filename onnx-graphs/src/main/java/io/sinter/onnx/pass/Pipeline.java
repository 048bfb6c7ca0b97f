package io.sinter.onnx.pass;

import io.sinter.error.SinterException;
import io.sinter.onnx.check.Finding;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Passes in order, with the verifier between them. What was wrong with the model before the first pass is not held
 * against it.
 *
 * @param name for messages
 * @param passes in order; names are unique
 */
public record Pipeline(String name, List<GraphPass> passes) {

    /** Brings a graph to the emitted opset, with constants folded and nothing unused: what every merge starts from. */
    public static final Pipeline PREPARE =
            new Pipeline("prepare", List.of(new RaiseOpset(), new FoldConstants(), new Prune()));

    /** Takes out what a change left behind. */
    public static final Pipeline CLEAN = new Pipeline("clean", List.of(new FoldConstants(), new Prune()));

    /** Copies the list and checks the names. */
    public Pipeline {
        passes = List.copyOf(passes);
        if (passes.stream().map(GraphPass::name).distinct().count() != passes.size()) {
            throw new IllegalArgumentException("pipeline \"" + name + "\": passes of one name: "
                    + passes.stream().map(GraphPass::name).toList());
        }
    }

    /**
     * Runs all passes.
     *
     * @return their results, by name, in order
     * @throws SinterException what a pass throws because of the model; a suppressed exception names the pass
     * @throws IllegalStateException if a pass fails or breaks the model, naming it and those before it
     */
    public Map<String, PassResult> run(Model model) {
        Set<Finding> before = Set.copyOf(Verifier.check(model));
        Map<String, PassResult> results = new LinkedHashMap<>();
        for (GraphPass pass : passes) {
            String where = "pipeline \"%s\": pass \"%s\" (after %s)".formatted(name, pass.name(), results.keySet());
            results.put(pass.name(), run(pass, model, where));
            List<Finding> broken = new ArrayList<>(Verifier.check(model));
            broken.removeAll(before);
            if (!broken.isEmpty()) {
                throw new IllegalStateException(where + " broke the model: " + broken);
            }
        }
        return results;
    }

    private static PassResult run(GraphPass pass, Model model, String where) {
        try {
            return pass.run(model);
        } catch (SinterException e) {
            e.addSuppressed(new IllegalStateException(where));
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalStateException(where + " failed: " + e.getMessage(), e);
        }
    }
}
