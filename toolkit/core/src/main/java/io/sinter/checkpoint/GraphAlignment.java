package io.sinter.checkpoint;

import io.sinter.error.IncompatibleException;
import io.sinter.mergekit.ModelReference;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Matches the weights of two graphs by their places: both are walked side by side from their outputs, the same operator
 * against the same operator, and the constants that are met together are the same weight. Names play no part. What one
 * exporter writes as an initializer another may write as a Constant node; the sides of sums and products may be swapped.
 */
final class GraphAlignment {

    private final OpenedModel reference;
    private final OpenedModel other;
    private final IdentityHashMap<Value, Value> pairs = new IdentityHashMap<>();
    private final Deque<Pair> open = new ArrayDeque<>();
    private final List<String> differing = new ArrayList<>();

    private record Pair(@Nullable Value own, @Nullable Value its, String where) {}

    private GraphAlignment(OpenedModel reference, OpenedModel other) {
        this.reference = reference;
        this.other = other;
    }

    /**
     * Gives all graphs among these models the names of the first one's weights.
     *
     * @param notes constants that differ are told here
     * @throws IncompatibleException if one is a graph and another is not, or their graphs differ, with the first place
     */
    static void align(Map<ModelReference, OpenedModel> models, List<String> notes) {
        OpenedModel first = models.values().iterator().next();
        for (OpenedModel model : List.copyOf(models.values())) {
            if (first.graph().isPresent() != model.graph().isPresent()) {
                OpenedModel graph = first.graph().isPresent() ? first : model;
                OpenedModel checkpoint = first.graph().isPresent() ? model : first;
                throw new IncompatibleException(
                        "%s is an .onnx graph and %s a checkpoint: give all models as graphs, or all as checkpoints"
                                .formatted(graph.label(), checkpoint.label()));
            }
            if (!model.equals(first) && model.graph().isPresent()) {
                models.put(model.reference(), new GraphAlignment(first, model).run(notes));
            }
        }
    }

    private static GraphWeights graph(OpenedModel model) {
        return model.graph().orElseThrow();
    }

    private OpenedModel run(List<String> notes) {
        List<Value> own = graph(reference).model().graph().outputs();
        List<Value> its = graph(other).model().graph().outputs();
        if (own.size() != its.size()) {
            throw differ("%d outputs beside %d".formatted(own.size(), its.size()));
        }
        for (int i = 0; i < own.size(); i++) {
            open.add(new Pair(own.get(i), its.get(i), "output " + own.get(i).name()));
        }
        while (!open.isEmpty()) {
            visit(open.removeFirst());
        }
        if (!differing.isEmpty()) {
            notes.add("%d constants of %s are not those of %s, which stay: %s"
                    .formatted(differing.size(), other.label(), reference.label(), String.join(", ", differing)));
        }
        Map<String, Value> counterparts = new LinkedHashMap<>();
        graph(reference).values().forEach((name, value) -> counterparts.put(name, counterpart(name, value)));
        return other.with(other.weights() instanceof GraphWeights ? inGraph(counterparts) : byName(counterparts));
    }

    private Value counterpart(String name, Value value) {
        Value its = pairs.get(value);
        if (its == null) {
            throw differ("weight \"%s\" is read in a branch or a loop, where graphs are not matched".formatted(name));
        }
        return its;
    }

    private ModelWeights inGraph(Map<String, Value> counterparts) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        counterparts.forEach((name, its) -> tensors.put(name, constant(its).orElseThrow()));
        return new GraphWeights(graph(other).file(), graph(other).model(), tensors);
    }

    /** A result of another merge of the recipe has the names of the graph that it was merged into. */
    private ModelWeights byName(Map<String, Value> counterparts) {
        IdentityHashMap<Value, String> itsNames = new IdentityHashMap<>();
        graph(other).values().forEach((name, value) -> itsNames.put(value, name));
        Map<String, String> names = new LinkedHashMap<>();
        counterparts.forEach((name, its) -> names.put(name, itsNames.getOrDefault(its, name)));
        return new RenamedWeights(other.weights(), names);
    }

    private void visit(Pair pair) {
        Value own = pair.own;
        Value its = pair.its;
        if (own == null || its == null) {
            if (own != its) {
                throw differ("%s: one has an input that the other leaves out".formatted(pair.where));
            }
            return;
        }
        Value known = pairs.put(own, its);
        if (known != null) {
            if (known != its && constant(own).isEmpty()) {
                throw differ("%s: \"%s\" stands for two values of the other".formatted(pair.where, own.name()));
            }
            return;
        }
        Optional<TensorData> constant = constant(own);
        if (constant.isPresent() && constant(its).isPresent()) {
            match(pair.where, own, constant.get(), constant(its).get());
        } else if (own.producer() != null && its.producer() != null && constant.isEmpty()) {
            match(own, own.producer(), its, its.producer());
        } else if (own.producer() != null || its.producer() != null || constant.isPresent()) {
            throw differ("%s: reads %s, but %s".formatted(pair.where, describe(own), describe(its)));
        } else if (!own.name().equals(its.name())) {
            throw differ("%s: reads the input \"%s\", but \"%s\"".formatted(pair.where, own.name(), its.name()));
        }
    }

    private void match(String where, Value value, TensorData own, TensorData its) {
        boolean weight = own.dtype().isFloat() && own.elementCount() > 1;
        if (!own.shape().equals(its.shape())
                || own.dtype().isFloat() != its.dtype().isFloat()) {
            throw differ("%s: reads %s, but %s".formatted(where, own.describe(), its.describe()));
        }
        if (!weight && !own.contentEquals(its)) {
            if (!own.dtype().isFloat()) {
                throw differ("%s: reads another constant %s".formatted(where, own.describe()));
            }
            differing.add(value.name());
        }
    }

    private void match(Value own, Node node, Value its, Node counterpart) {
        boolean same = node.opType().equals(counterpart.opType())
                && node.domain().equals(counterpart.domain())
                && node.outputs().indexOf(own) == counterpart.outputs().indexOf(its)
                && node.inputs().size() == counterpart.inputs().size()
                && sameAttributes(node, counterpart);
        if (!same) {
            throw differ("%s beside %s".formatted(node, counterpart));
        }
        boolean swapped = (node.is("Add") || node.is("Mul"))
                && isConstant(node.input(0)) != isConstant(counterpart.input(0))
                && isConstant(node.input(0)) == isConstant(counterpart.input(1));
        for (int i = 0; i < node.inputs().size(); i++) {
            open.add(
                    new Pair(node.input(i), counterpart.input(swapped ? 1 - i : i), "%s, input %d".formatted(node, i)));
        }
    }

    private static boolean sameAttributes(Node node, Node counterpart) {
        Set<String> names = node.attributes().keySet();
        return names.equals(counterpart.attributes().keySet())
                && names.stream().allMatch(name -> {
                    Attribute own = node.attributes().get(name);
                    boolean compared = !(own instanceof Attribute.Tensor
                            || own instanceof Attribute.SubGraph
                            || own instanceof Attribute.SubGraphs);
                    return !compared
                            || Objects.equals(own, counterpart.attributes().get(name));
                });
    }

    private static boolean isConstant(@Nullable Value value) {
        return value != null && constant(value).isPresent();
    }

    /** The elements of an initializer or of a Constant node. */
    private static Optional<TensorData> constant(Value value) {
        if (value.isInitializer()) {
            return Optional.of(GraphWeights.data(value));
        }
        Node producer = value.producer();
        return producer != null
                        && producer.is("Constant")
                        && producer.attributes().get("value") instanceof Attribute.Tensor(TensorData data, var extras)
                ? Optional.of(data)
                : Optional.empty();
    }

    private static String describe(Value value) {
        Node producer = value.producer();
        return constant(value).isPresent()
                ? "a constant"
                : producer == null ? "the input \"" + value.name() + "\"" : "a result of " + producer.opType();
    }

    private IncompatibleException differ(String how) {
        return new IncompatibleException("%s and %s are not the same graph with other weights: %s"
                .formatted(reference.label(), other.label(), how));
    }
}
