package io.sinter.ensemble;

import io.sinter.error.UnsupportedException;
import io.sinter.inference.InputRole;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.runtime.Port;
import io.sinter.source.InputSet;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the inputs of a text encoder's graph those that graphs of several encoders have. */
final class TextPorts {

    /** int64 {@code [batch, sequence, 2]}: for each token of the first set a half-open span of another's. */
    static final TensorType SPANS =
            new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence"), Dim.of(2)));

    private static final String IDS = InputRole.IDS.usualName();

    private TextPorts() {}

    /** What the number of a set's tokens is called: {@code sequence}, or {@code e5.sequence}. */
    static String sequence(InputSet set) {
        return set.inputs().getOrDefault(IDS, IDS).replace(IDS, "sequence");
    }

    /** int64 {@code [batch, sequence]}. */
    static TensorType type(String sequence) {
        return new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of(sequence)));
    }

    /**
     * Gives inputs their usual names and the type int64 {@code [batch, sequence]}; ids in another integer type are cast.
     * Extents that exporters named are found anew from that, as some have one name for two extents.
     *
     * @throws UnsupportedException if an input is none of a text encoder's, or has a fixed extent
     */
    static void rename(String where, Model model) {
        Graph graph = model.graph();
        List<Value> read =
                graph.inputs().stream().filter(i -> !i.isInitializer()).toList();
        Map<InputRole, Port> roles = InputRole.of(
                where,
                read.stream().map(i -> new Port(i.name(), typeOf(where, i))).toList());
        roles.forEach((role, port) -> {
            Value input = graph.value(port.name());
            if (input != null) {
                requireOpen(where, input);
                release(graph, role.usualName(), input);
                retype(graph, input, port.type().dtype());
            }
        });
        inferAnew(model);
    }

    /** The type of an input. */
    static TensorType typeOf(String where, Value input) {
        TensorType type = input.type();
        if (type == null) {
            throw new UnsupportedException("%s: input \"%s\" has no type".formatted(where, input.name()));
        }
        return type;
    }

    private static void requireOpen(String where, Value input) {
        Shape shape = typeOf(where, input).shape();
        if (shape != null && (shape.rank() != 2 || shape.dims().stream().anyMatch(Dim.Known.class::isInstance))) {
            throw new UnsupportedException(
                    "%s: input \"%s\" is %s, expected [batch, sequence] of any extents; export it with dynamic axes"
                            .formatted(where, input.name(), input.type()));
        }
    }

    private static void release(Graph graph, String name, Value input) {
        Value other = graph.value(name);
        if (other != null && other != input) {
            graph.rename(other, graph.uniqueName(name + "_inside"));
        }
        graph.rename(input, name);
    }

    private static void retype(Graph graph, Value input, DType own) {
        input.setType(type("sequence"));
        if (own == DType.INT64) {
            return;
        }
        Node cast = new Node("", "Cast", List.of(input), Map.of("to", Attribute.of(own.onnxCode())));
        List<Use> uses = input.uses();
        graph.insertNode(0, cast, List.of(graph.uniqueName(input.name() + "_" + own)));
        cast.output().setType(new TensorType(own, type("sequence").shape()));
        uses.stream()
                .filter(use -> use.node() != cast)
                .forEach(use -> use.node().setInput(use.index(), cast.output()));
    }

    /** Types with named extents are forgotten; where the rules do not find one again, it returns without the names. */
    private static void inferAnew(Model model) {
        List<Value> forgotten = new ArrayList<>();
        List<TensorType> before = new ArrayList<>();
        for (Value value : model.graph().values()) {
            TensorType type = value.type();
            if (value.producer() != null && type != null && hasNames(type)) {
                forgotten.add(value);
                before.add(type);
                value.setType(null);
            }
        }
        ShapeInference.infer(model);
        for (int i = 0; i < forgotten.size(); i++) {
            TensorType found = forgotten.get(i).type();
            if (found == null || found.shape() == null) {
                forgotten.get(i).setType(before.get(i).withoutNames());
            }
        }
    }

    private static boolean hasNames(TensorType type) {
        Shape shape = type.shape();
        return shape != null && shape.dims().stream().anyMatch(Dim.Symbol.class::isInstance);
    }
}
