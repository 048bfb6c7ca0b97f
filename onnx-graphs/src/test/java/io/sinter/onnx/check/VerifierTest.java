package io.sinter.onnx.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.VerificationException;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One broken graph for each invariant. */
class VerifierTest {

    private final Graph graph = new Graph("g");
    private final Model model = new Model(graph, 8);
    private final Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(2, 3)));
    private final Ops ops = new Ops(graph, 17);

    VerifierTest() {
        model.setOpset("", 17);
    }

    @Test
    void soundModel_hasNoFindings() {
        graph.addOutput(ops.relu(ops.add(x, ops.constant(TensorData.vector(1f, 2f, 3f)))));
        assertThat(Verifier.check(model)).isEmpty();
        assertThatCode(() -> Verifier.verifyOrThrow(model, "here")).doesNotThrowAnyException();
    }

    @Test
    void verifyOrThrow_brokenModel_saysWhereAndWhat() {
        graph.addOutput(new Graph("other").addInput("y", null));
        assertThatThrownBy(() -> Verifier.verifyOrThrow(model, "after pass \"fold\""))
                .isInstanceOf(VerificationException.class)
                .hasMessage("after pass \"fold\": graph \"g\": output \"y\" is not defined");
    }

    @Test
    void node_beforeWhatItReads_isFound() {
        Value a = ops.relu(x);
        ops.exp(a);
        graph.reorder(graph.nodes().reversed());
        expect("Exp \"Exp\" reads \"Relu\" before it is computed");
    }

    @Test
    void node_readingAnotherGraphsValue_isFound() {
        Value stranger = new Graph("other").addInput("y", null);
        graph.addNode(new Node("", "Relu", List.of(stranger), Map.of()), List.of("z"));
        expect("Relu -> \"z\" reads \"y\", which nothing here or around defines");
    }

    @Test
    void subgraph_readingALaterValue_isFound() {
        Value condition = graph.addInput("c", new TensorType(DType.BOOL, Shape.of(List.of())));
        Graph then = new Graph("then", graph);
        Graph otherwise = new Graph("else", graph);
        Node choice = graph.addNode(
                new Node(
                        "",
                        "If",
                        List.of(condition),
                        Map.of("then_branch", Attribute.of(then), "else_branch", Attribute.of(otherwise))),
                List.of("y"));
        Value later = ops.relu(x);
        then.addOutput(later);
        otherwise.addOutput(x);
        expect(choice + " reads \"Relu\" before it is computed");
    }

    @Test
    void subgraph_ofAnotherGraph_isFound() {
        Value condition = graph.addInput("c", new TensorType(DType.BOOL, Shape.of(List.of())));
        Graph branch = new Graph("branch", new Graph("elsewhere"));
        branch.addOutput(branch.addInitializer("k", TensorData.scalar(1f)));
        Graph otherwise = new Graph("else", graph);
        otherwise.addOutput(x);
        graph.addNode(
                new Node(
                        "",
                        "If",
                        List.of(condition),
                        Map.of("then_branch", Attribute.of(branch), "else_branch", Attribute.of(otherwise))),
                List.of("y"));
        expect("If -> \"y\": the graph around its subgraph \"branch\" is another");
    }

    @Test
    void name_definedInAndAroundASubgraph_isFound() {
        Value condition = graph.addInput("c", new TensorType(DType.BOOL, Shape.of(List.of())));
        Graph branch = new Graph("branch", graph);
        branch.addOutput(branch.addInitializer("k", TensorData.scalar(1f)));
        graph.addNode(
                new Node(
                        "",
                        "If",
                        List.of(condition),
                        Map.of("then_branch", Attribute.of(branch), "else_branch", Attribute.of(branch))),
                List.of("y"));
        graph.addInitializer("k", TensorData.scalar(2f));
        assertThat(Verifier.check(model))
                .contains(new Finding("graph \"branch\"", "\"k\" is defined again by a graph around it"));
    }

    @Test
    void output_listedTwice_isFound() {
        graph.addOutput(x);
        graph.addOutput(x);
        expect("output \"x\" is listed twice");
    }

    @Test
    void use_byANodeInNoGraph_isFound() {
        Node stray = new Node("", "Relu", List.of(x), Map.of());
        expect("\"x\" is used by " + stray + ", which is in no graph here");
    }

    @Test
    void initializer_declaredAsAnotherType_isFound() {
        Value constant = graph.addInitializer("w", TensorData.vector(1f, 2f));
        constant.setType(new TensorType(DType.FLOAT16, Shape.of(2)));
        expect("initializer \"w\" is FLOAT [2], but declared as FLOAT16 [2]");
        constant.setType(new TensorType(DType.FLOAT, Shape.of(3)));
        expect("initializer \"w\" is FLOAT [2], but declared as FLOAT [3]");
    }

    @Test
    void operatorSet_notImported_isFound() {
        ops.emit("com.microsoft", "Gelu", List.of(x), Map.of(), Collections.singletonList(null));
        expect("com.microsoft.Gelu \"Gelu\": the operator set \"com.microsoft\" is not imported");
        model.setOpset("com.microsoft", 1);
        assertThat(Verifier.check(model)).isEmpty();
    }

    @Test
    void node_callingAFunction_needsNoImport() {
        Graph body = new Graph("body");
        body.addOutput(body.addNode(new Node("", "Relu", List.of(body.addInput("a", null)), Map.of()), List.of("b"))
                .output());
        model.addFunction(new Function("my", "f", body, Map.of("", 17L), Opaque.EMPTY));
        ops.emit("my", "f", List.of(x), Map.of(), Collections.singletonList(null));
        assertThat(Verifier.check(model)).isEmpty();
    }

    @Test
    void function_withInitializer_isFound() {
        Graph body = new Graph("body");
        body.addInitializer("k", TensorData.scalar(1f));
        model.addFunction(new Function("my", "f", body, Map.of("", 17L), Opaque.EMPTY));
        assertThat(Verifier.check(model))
                .extracting(Finding::toString)
                .containsExactly(
                        "function \"my:f\": \"k\" is an initializer; functions have none, use a Constant node");
    }

    @Test
    void function_definedTwiceOrInAnOldFormat_isFound() {
        Function function = new Function("my", "f", new Graph("body"), Map.of("", 17L), Opaque.EMPTY);
        model.addFunction(function);
        model.addFunction(function);
        model.setIrVersion(7);
        assertThat(Verifier.check(model))
                .extracting(Finding::what)
                .containsExactly("functions need ir_version 8, it is 7", "function \"my:f\" is defined twice");
    }

    @Test
    void attribute_ofAnotherKind_isFound() {
        graph.addNode(new Node("", "Gather", List.of(x, ids()), Map.of("axis", Attribute.of(1f))), List.of("y"));
        expect("Gather -> \"y\": attribute \"axis\" is FLOAT, expected INT");
    }

    @Test
    void operands_thatCannotBeCombined_areFound() {
        Value w = graph.addInitializer("w", TensorData.vector(1f, 2f));
        graph.addNode(new Node("", "Add", List.of(x, w), Map.of()), List.of("y"));
        expect("Add(\"x\" FLOAT [2, 3], \"w\" FLOAT [2]): extents 3 and 2 do not broadcast");
    }

    @Test
    void output_declaredAsAnotherType_isFound() {
        Value y = ops.relu(x);
        y.setType(new TensorType(DType.FLOAT, Shape.of(2, 4)));
        expect("Relu \"Relu\" computes \"Relu\" as FLOAT [2, 3], but it is declared as FLOAT [2, 4]");
        y.setType(new TensorType(DType.INT64, Shape.of(2, 3)));
        expect("Relu \"Relu\" computes \"Relu\" as FLOAT [2, 3], but it is declared as INT64 [2, 3]");
    }

    private Value ids() {
        return graph.addInitializer("ids", TensorData.vector(0L, 1L));
    }

    private void expect(String what) {
        assertThat(Verifier.check(model)).containsExactly(new Finding("graph \"g\"", what));
    }
}
