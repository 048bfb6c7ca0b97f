package io.sinter.finetune;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.onnx.pass.Prune;
import io.sinter.onnx.pass.RaiseOpset;
import io.sinter.onnx.pass.fuse.FusionCount;
import io.sinter.onnx.pass.fuse.Unfusion;
import io.sinter.source.Constants;
import io.sinter.source.EmbeddingTableFinder;
import io.sinter.source.TiedProjection;
import io.sinter.source.TiedProjections;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A graph of any origin as it is trained: the emitted opset, operators of ONNX's own, float32 throughout, copies of the
 * embedding table made of the table again.
 *
 * @param model the graph
 * @param parameters its weights: constants under the names that they have in the file
 * @param copies of weights that the file holds too, by the weight's name
 */
record GraphForTraining(Model model, List<Value> parameters, Map<String, List<Copy>> copies) {

    /** Constants that are computed from positions and angles, by the names that exporters give them. */
    private static final Pattern FIXED =
            Pattern.compile("(.*[./_])?(inv_freq|rotary|rope|sin|cos|sinusoidal?|position_ids)(_[a-z0-9]+)*([./].*)?");

    private static final Set<String> QUANTISED = Set.of(
            "DequantizeLinear",
            "QuantizeLinear",
            "DynamicQuantizeLinear",
            "MatMulInteger",
            "ConvInteger",
            "QLinearMatMul",
            "MatMulNBits",
            "GatherBlockQuantized",
            "DynamicQuantizeMatMul",
            "MatMulIntegerToFloat");

    /** A constant of the file that repeats a weight's elements. */
    record Copy(String name, TiedProjection.Layout layout) {}

    /** Copies the list. */
    GraphForTraining {
        parameters = List.copyOf(parameters);
    }

    /**
     * Prepares a model that nobody else uses.
     *
     * @param where the file, for messages
     * @throws UnsupportedException if it is quantised, or has operators that cannot be written out
     */
    static GraphForTraining of(Model model, String where) {
        refuseQuantised(model.graph(), where);
        Map<String, TensorData> weights = weights(model.graph());
        widen(model.graph());
        new Pipeline("open for training", List.of(new RaiseOpset(), new HeldWeights(weights.keySet()), new Prune()))
                .run(model);
        ShapeInference.infer(model);
        writeOut(model, where);
        Map<String, List<Copy>> copies = tie(model, where);
        ShapeInference.infer(model);
        List<Value> parameters = model.graph().initializers().stream()
                .filter(value -> value.constant() != null)
                .filter(value -> weights.containsKey(value.name()))
                .filter(GraphForTraining::isWeight)
                .toList();
        return new GraphForTraining(model, parameters, copies);
    }

    /** Puts trained numbers into the model as the file has it. */
    void putInto(Model served, Map<String, TensorData> trained) {
        trained.forEach((name, floats) -> {
            put(served.graph(), name, floats);
            copies.getOrDefault(name, List.of())
                    .forEach(copy -> put(
                            served.graph(),
                            copy.name(),
                            switch (copy.layout()) {
                                case AS_TABLE -> floats;
                                case TRANSPOSED -> Transposition.of(floats);
                            }));
        });
    }

    private static void put(Graph graph, String name, TensorData floats) {
        Value value = Objects.requireNonNull(graph.value(name), name);
        DType dtype = Constants.elements(value).orElseThrow().dtype();
        TensorData data = Conversion.convert(floats, dtype);
        Node producer = value.producer();
        if (producer == null) {
            graph.setInitializer(value, data);
        } else {
            producer.setAttribute("value", Attribute.of(data));
        }
    }

    private static void refuseQuantised(Graph graph, String where) {
        for (Node node : graph.nodes()) {
            if (QUANTISED.contains(node.opType())) {
                throw new UnsupportedException(
                        "%s: %s: quantised weights cannot be trained: train the float32 model, and reduce what comes of it with sinter optimize"
                                .formatted(where, node));
            }
        }
    }

    /** Constants of floats of more than one element, by name. */
    private static Map<String, TensorData> weights(Graph graph) {
        Map<String, TensorData> weights = new LinkedHashMap<>();
        for (Value value : graph.values()) {
            Constants.elements(value)
                    .filter(data -> isTrainedType(data.dtype()) && data.elementCount() > 1)
                    .ifPresent(data -> weights.put(value.name(), data));
        }
        return weights;
    }

    private static boolean isTrainedType(DType dtype) {
        return dtype == DType.FLOAT || isNarrow(dtype);
    }

    private static boolean isNarrow(DType dtype) {
        return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
    }

    /** Makes every 16-bit float of a graph a float32. */
    private static void widen(Graph graph) {
        for (Value value : graph.values()) {
            TensorType type = value.type();
            if (type != null && isNarrow(type.dtype())) {
                TensorData data = value.initializer();
                if (data == null) {
                    value.setType(new TensorType(DType.FLOAT, type.shape()));
                } else {
                    graph.setInitializer(value, Conversion.convert(data, DType.FLOAT));
                }
            }
        }
        for (Node node : graph.nodes()) {
            if (node.is("Cast")
                    && DType.ofOnnx((int) node.intAttribute("to", 0))
                            .filter(GraphForTraining::isNarrow)
                            .isPresent()) {
                node.setAttribute("to", Attribute.of(DType.FLOAT.onnxCode()));
            }
            if (node.attribute("value") instanceof Attribute.Tensor tensor
                    && isNarrow(tensor.value().dtype())) {
                node.setAttribute("value", Attribute.of(Conversion.convert(tensor.value(), DType.FLOAT)));
            }
        }
    }

    private static void writeOut(Model model, String where) {
        FusionCount count = new Unfusion().fuse(model);
        if (!count.refusals().isEmpty()) {
            throw new UnsupportedException(
                    "%s: %s: cannot be written in operators that have gradients; give the graph as it was before it was optimised, and optimise what comes of it with sinter optimize"
                            .formatted(where, count.refusals().getFirst()));
        }
    }

    /** Lets every product that reads a copy of the embedding table read the table. */
    private static Map<String, List<Copy>> tie(Model model, String where) {
        Map<String, List<Copy>> copies = new LinkedHashMap<>();
        Graph graph = model.graph();
        for (TiedProjection tied : heads(graph, where)) {
            if (!tied.sharesWeight() && !tied.weight().uses().isEmpty()) {
                Value table = tied.table();
                for (Use use : tied.weight().uses()) {
                    Value read = switch (tied.layout()) {
                        case AS_TABLE -> table;
                        case TRANSPOSED ->
                            Ops.insertingBefore(graph, model.opset(), use.node())
                                    .transpose(table, 1, 0);
                    };
                    use.node().setInput(use.index(), read);
                }
                copies.computeIfAbsent(table.name(), name -> new ArrayList<>())
                        .add(new Copy(tied.weight().name(), tied.layout()));
            }
        }
        new Prune().run(model);
        return copies;
    }

    /** Where several tables are looked up (live merges, several encoders), a head is tied to none of them. */
    private static List<TiedProjection> heads(Graph graph, String where) {
        try {
            return TiedProjections.find(graph, EmbeddingTableFinder.find(where, graph));
        } catch (UnsupportedException | MissingException severalOrNone) {
            return List.of();
        }
    }

    /** Whether a constant is one that training changes, not one of angles, masks or scales of pictures. */
    private static boolean isWeight(Value value) {
        return !isFixed(value.name()) && !value.uses().isEmpty();
    }

    /** Whether a name is one of angles or positions, such as {@code rotary_emb.inv_freq}. */
    static boolean isFixed(String name) {
        return FIXED.matcher(name).matches();
    }
}
