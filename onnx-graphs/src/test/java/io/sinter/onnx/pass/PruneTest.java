package io.sinter.onnx.pass;

import static io.sinter.onnx.pass.PassAssert.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Opaque;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class PruneTest {

    private final Graph graph = new Graph("g");
    private final Model model = new Model(graph, 8);
    private final Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(2)));
    private final Ops ops = new Ops(graph, 17);

    PruneTest() {
        model.setOpset("", 17);
    }

    @Test
    void nodes_thatNoOutputDependsOn_go() {
        graph.addOutput(ops.relu(x));
        ops.exp(ops.neg(x));
        assertThat(new Prune()).on(model).leaves("Relu").changes("Exp \"Exp\"", "Neg \"Neg\"");
    }

    @Test
    void everythingUsed_doesNotFire() {
        graph.addOutput(ops.add(ops.relu(x), ops.constant(TensorData.vector(1f))));
        assertThat(new Prune()).on(model).doesNotFire();
    }

    @Test
    void initializers_thatNothingReads_goWithTheInputsTheyAreDefaultsOf() {
        graph.addOutput(ops.relu(x));
        graph.addInitializer("unused", TensorData.vector(1f));
        graph.addInput("option", null);
        graph.addInitializer("option", TensorData.vector(1f));
        graph.addInput("spare", null);
        assertThat(new Prune()).on(model).changes("initializer \"unused\"", "initializer \"option\"");
        Assertions.assertThat(graph.inputs()).extracting(Value::name).containsExactly("x", "spare");
    }

    @Test
    void initializer_thatIsAnOutput_stays() {
        graph.addOutput(graph.addInitializer("table", TensorData.vector(1f)));
        assertThat(new Prune()).on(model).doesNotFire();
    }

    @Test
    void node_oneOfWhoseOutputsIsUsed_stays() {
        List<Value> halves = ops.split(x, 0, 1, 1);
        graph.addOutput(halves.get(1));
        assertThat(new Prune()).on(model).doesNotFire();
    }

    @Test
    void value_thatOnlyASubgraphReads_stays() {
        Value doubled = ops.add(x, x);
        Value given = ops.neg(x);
        choice(doubled, given);
        assertThat(new Prune()).on(model).leaves("Add", "Neg", "If");
    }

    @Test
    void subgraph_ofAnUnusedNode_letsGoOfWhatItReads() {
        Value doubled = ops.add(x, x);
        choice(doubled, ops.neg(x));
        graph.removeOutput(graph.outputs().getFirst());
        graph.addOutput(x);
        assertThat(new Prune()).on(model).leaves();
    }

    @Test
    void nodes_unusedInASubgraph_go() {
        Graph branch = choice(ops.add(x, x), x);
        branch.addNode(new Node("", "Exp", List.of(x), Map.of()), List.of("unused"));
        assertThat(new Prune()).on(model).changes("Exp -> \"unused\"");
    }

    @Test
    void functions_thatNothingCalls_go() {
        function("outer", "inner");
        function("inner", "Relu");
        function("idle", "Relu");
        graph.addOutput(graph.addNode(new Node("my", "outer", List.of(x), Map.of()), List.of("y"))
                .output());
        assertThat(new Prune()).on(model).changes("function \"my:idle\"");
        Assertions.assertThat(model.functions()).extracting(Function::name).containsExactly("outer", "inner");
    }

    private void function(String name, String op) {
        Graph body = new Graph(name);
        Value a = body.addInput("a", null);
        String domain = op.equals("Relu") ? "" : "my";
        body.addOutput(body.addNode(new Node(domain, op, List.of(a), Map.of()), List.of("b"))
                .output());
        model.addFunction(new Function("my", name, body, Map.of("", 17L), Opaque.EMPTY));
    }

    /** An If whose first branch computes the square root of a value, and whose second gives out another. */
    private Graph choice(Value computed, Value given) {
        Value condition = graph.addInput("c", new TensorType(DType.BOOL, Shape.of(List.of())));
        Graph then = new Graph("then", graph);
        then.addOutput(then.addNode(new Node("", "Sqrt", List.of(computed), Map.of()), List.of("root"))
                .output());
        Graph otherwise = new Graph("else", graph);
        otherwise.addOutput(given);
        Map<String, Attribute> branches =
                Map.of("then_branch", Attribute.of(then), "else_branch", Attribute.of(otherwise));
        graph.addOutput(graph.addNode(new Node("", "If", List.of(condition), branches), List.of("chosen"))
                .output());
        return then;
    }
}
