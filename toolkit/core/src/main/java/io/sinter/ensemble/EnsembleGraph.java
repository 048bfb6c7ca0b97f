package io.sinter.ensemble;

import io.sinter.bake.SpanMeans;
import io.sinter.inference.InputRole;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.onnx.pass.RaiseOpset;
import io.sinter.onnx.pass.ShareConstants;
import io.sinter.onnx.pass.Splice;
import io.sinter.pooling.PoolingGraph;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Puts the encoders of a plan into one graph.
 *
 * <p>Each encoder's graph is copied under its name ({@code bge/…}) and reads the inputs of its set; none depends on
 * another, so that a runtime may run them side by side. Their vectors are cast to float32 and combined, to an output
 * {@code sentence_embedding} {@code [batch, d]}; at the level of tokens to {@code last_hidden_state}
 * {@code [batch, sequence, d]}, for each token of the first set, beside which the mean stands of those tokens of another set
 * that cover the same characters. Constants that are equal are stored once.
 */
public final class EnsembleGraph {

    /** Version of the file format that came with opset 17. */
    private static final long IR_VERSION = 8;

    private final EnsemblePlan plan;
    private final Graph graph = new Graph("ensemble");
    private final Model model = new Model(graph, IR_VERSION);

    private EnsembleGraph(EnsemblePlan plan) {
        this.plan = plan;
    }

    /**
     * A graph of several encoders.
     *
     * @param model the graph
     * @param sharedBytes of constants that encoders have in common, and that it has once
     */
    public record Built(Model model, long sharedBytes) {}

    /**
     * Builds it.
     *
     * @throws io.sinter.error.UnsupportedException if the models' operators cannot be in one graph
     */
    public static Built build(EnsemblePlan plan, EnsembleParameters parameters) {
        return new EnsembleGraph(plan).build(parameters);
    }

    private Built build(EnsembleParameters parameters) {
        List<Model> encoders = new ArrayList<>();
        plan.branches().forEach(branch -> encoders.add(branch.model()));
        long opset = encoders.stream().mapToLong(Model::opset).reduce(Opsets.EMITTED, Math::max);
        encoders.forEach(new RaiseOpset(opset)::run);
        model.setOpset("", opset);
        Map<String, Value> inputs = new HashMap<>();
        plan.inputs().forEach((name, type) -> inputs.put(name, graph.addInput(name, type)));
        List<Value> vectors = new ArrayList<>();
        for (int i = 0; i < encoders.size(); i++) {
            vectors.add(spliced(plan.branches().get(i), encoders.get(i), inputs));
        }
        EnsembleTop.emit(model, plan, parameters, new EnsembleTop.Sources(vectors, mask(inputs), present(inputs)));
        long before = constantBytes(graph);
        new ShareConstants().run(model);
        long shared = before - constantBytes(graph);
        Pipeline.CLEAN.run(model);
        Verifier.verifyOrThrow(model, "merged encoders");
        return new Built(model, shared);
    }

    /** Which tokens of the first set are none, where vectors of tokens are combined. */
    private Optional<Value> mask(Map<String, Value> inputs) {
        return plan.level() == Level.TOKEN
                ? Optional.of(Objects.requireNonNull(inputs.get(InputRole.MASK.usualName())))
                : Optional.empty();
    }

    /** Which rows each branch has something for; nothing where all have. */
    private List<Value> present(Map<String, Value> inputs) {
        return plan.readsPictures()
                ? plan.branches().stream()
                        .map(branch -> Objects.requireNonNull(inputs.get(Presence.of(branch))))
                        .toList()
                : List.of();
    }

    private Value spliced(Branch branch, Model encoder, Map<String, Value> inputs) {
        Map<String, Value> bound = new HashMap<>();
        branch.inputs().forEach(input -> bound.put(input.own(), Objects.requireNonNull(inputs.get(input.shared()))));
        if (plan.readsPictures()) {
            Presence.separate(encoder.graph(), branch.name() + ".");
        }
        Value vectors = Splice.into(model, encoder, branch.name() + "/", bound).getFirst();
        if (plan.readsPictures()) {
            Ops ops = new Ops(graph, model.opset()).withPrefix(branch.name() + "/present/");
            Value marked = Objects.requireNonNull(inputs.get(Presence.of(branch)));
            return Presence.rows(ops, PoolingGraph.asFloat(ops, vectors), marked, branch.width());
        }
        TensorType type = vectors.type();
        vectors.setType(new TensorType(type == null ? DType.FLOAT : type.dtype(), shape(branch)));
        String spans = branch.spans();
        if (spans == null) {
            return vectors;
        }
        Ops ops = new Ops(graph, model.opset()).withPrefix("align/" + branch.name() + "/");
        return SpanMeans.emit(ops, PoolingGraph.asFloat(ops, vectors), Objects.requireNonNull(inputs.get(spans)));
    }

    private Shape shape(Branch branch) {
        return switch (plan.level()) {
            case TOKEN -> Shape.of(Dim.of("batch"), branch.length(), Dim.of(branch.width()));
            case SENTENCE, TABLE -> Shape.of(Dim.of("batch"), Dim.of(branch.width()));
        };
    }

    /** Bytes of a graph's constants. */
    static long constantBytes(Graph graph) {
        return graph.initializers().stream()
                .map(Value::initializer)
                .filter(Objects::nonNull)
                .mapToLong(data -> data.data().byteSize())
                .sum();
    }
}
