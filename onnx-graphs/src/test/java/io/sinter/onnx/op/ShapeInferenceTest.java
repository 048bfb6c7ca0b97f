package io.sinter.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShapeInferenceTest {

    private final Graph graph = new Graph("g");
    private final Model model = new Model(graph, 8);

    ShapeInferenceTest() {
        model.setOpset("", 17);
    }

    @Test
    void untypedGraph_gainsTypesNodeByNode() {
        Value x = input("x", DType.FLOAT, Dim.of("B"), Dim.of("S"), Dim.of(384));
        Value shape = node("Shape", List.of(x), Map.of());
        Value batch = node("Gather", List.of(shape, constant(TensorData.scalar(0L))), Map.of());
        Value one = node("Unsqueeze", List.of(batch, constant(TensorData.vector(0L))), Map.of());
        Value target = node("Concat", List.of(one, constant(TensorData.vector(-1L, 12L, 32L))), axis(0));
        Value heads = node("Reshape", List.of(x, target), Map.of());
        Value scores = node(
                "MatMul",
                List.of(
                        node("Transpose", List.of(heads), perm(0L, 2L, 1L, 3L)),
                        node("Transpose", List.of(heads), perm(0L, 2L, 3L, 1L))),
                Map.of());

        ShapeInference.infer(model);

        assertThat(heads.type()).hasToString("FLOAT [B, S, 12, 32]");
        assertThat(scores.type()).hasToString("FLOAT [B, 12, S, S]");
    }

    @Test
    void axes_beforeOpset13_areAttributes() {
        model.setOpset("", 11);
        Value x = input("x", DType.FLOAT, Dim.of("B"), Dim.of(1), Dim.of(4));
        Value squeezed = node("Squeeze", List.of(x), Map.of("axes", Attribute.of(List.of(1L))));
        Value wide = node("Unsqueeze", List.of(x), Map.of("axes", Attribute.of(List.of(0L))));
        ShapeInference.infer(model);
        assertThat(squeezed.type()).hasToString("FLOAT [B, 4]");
        assertThat(wide.type()).hasToString("FLOAT [1, B, 1, 4]");
    }

    @Test
    void unknownOperatorsAndContradictions_stayUnknown() {
        Value x = input("x", DType.FLOAT, Dim.of(2));
        Value mystery = node("Mystery", List.of(x), Map.of());
        Value after = node("Relu", List.of(mystery), Map.of());
        Value wrong = node("Add", List.of(x, constant(TensorData.vector(1f, 2f, 3f))), Map.of());
        ShapeInference.infer(model);
        assertThat(mystery.type()).isNull();
        assertThat(after.type()).isNull();
        assertThat(wrong.type()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShapeInference.infer(graph.nodes().getLast(), 17))
                .withMessageContaining("extents 2 and 3 do not broadcast");
    }

    @Test
    void declaredType_isLeftAlone() {
        Value y = node("Relu", List.of(input("x", DType.FLOAT, Dim.of("B"))), Map.of());
        y.setType(new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"))));
        ShapeInference.infer(model);
        assertThat(y.type()).hasToString("FLOAT [rows]");
    }

    @Test
    void branches_ofAnIf_giveWhatHoldsOfBoth() {
        Value condition = input("c", DType.BOOL);
        Value x = input("x", DType.FLOAT, Dim.of("B"), Dim.of(3));
        Graph then = branch("then", "Relu", x);
        Graph otherwise = branch("else", "Transpose", x);
        Value y = node(
                "If",
                List.of(condition),
                Map.of("then_branch", Attribute.of(then), "else_branch", Attribute.of(otherwise)));
        ShapeInference.infer(model);
        assertThat(y.type()).hasToString("FLOAT [?, ?]");
    }

    @Test
    void knownIntegers_ofShapeArithmetic_areFound() {
        Value x = input("x", DType.FLOAT, Dim.of("B"), Dim.of(12), Dim.of(32));
        Value tail = node(
                "Slice",
                List.of(
                        node("Shape", List.of(x), Map.of()),
                        constant(TensorData.vector(1L)),
                        constant(TensorData.vector(Long.MAX_VALUE))),
                Map.of());
        Value doubled = node("Mul", List.of(tail, constant(TensorData.scalar(2L))), Map.of());
        assertThat(ShapeInference.knownIntegers(doubled)).contains(List.of(24L, 64L));
        assertThat(ShapeInference.knownIntegers(node("Shape", List.of(x), Map.of())))
                .isEmpty();
    }

    /** Whatever a file says, the answer is a type, nothing, or an error that names the operator. */
    @Test
    void anyOperatorWithAnyOperands_failsInOneWayOnly() {
        long seed = 20261123;
        Random random = new Random(seed);
        List<String> operators = ShapeRules.operators().stream().sorted().toList();
        for (int i = 0; i < 40_000; i++) {
            String operator = operators.get(random.nextInt(operators.size()));
            Call call = new Call(
                    "", operator, 7 + random.nextInt(17), operands(random), attributes(random), random.nextInt(4));
            try {
                assertThat(ShapeRules.infer(call)).hasSize(call.outputs());
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith(operator + "(");
            } catch (RuntimeException e) {
                throw new AssertionError("%s, seed %d".formatted(call, seed), e);
            }
        }
    }

    private List<@Nullable Value> operands(Random random) {
        List<@Nullable Value> operands = new ArrayList<>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            Graph own = new Graph("own");
            switch (random.nextInt(6)) {
                case 0 -> operands.add(null);
                case 1 -> operands.add(own.addInput("u", null));
                case 2 -> operands.add(own.addInitializer("k", TensorData.vector(numbers(random))));
                case 3 -> operands.add(own.addInitializer("s", TensorData.scalar(number(random))));
                default -> operands.add(own.addInput("t", type(random)));
            }
        }
        return operands;
    }

    private static TensorType type(Random random) {
        DType dtype = DType.ofOnnx(1 + random.nextInt(12)).orElseThrow();
        List<Dim> dims = new ArrayList<>();
        int rank = random.nextInt(5);
        for (int i = 0; i < rank; i++) {
            dims.add(
                    switch (random.nextInt(4)) {
                        case 0 -> Dim.unknown();
                        case 1 -> Dim.of("B");
                        case 2 -> Dim.of(random.nextInt(4));
                        default -> Dim.of(random.nextBoolean() ? 2 : Long.MAX_VALUE);
                    });
        }
        return new TensorType(dtype, random.nextInt(8) == 0 ? null : new Shape(dims));
    }

    private static Map<String, Attribute> attributes(Random random) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (String name : List.of(
                "axis",
                "axes",
                "to",
                "perm",
                "split",
                "pads",
                "starts",
                "ends",
                "k",
                "keepdims",
                "start",
                "end",
                "batch_dims",
                "allowzero")) {
            switch (random.nextInt(5)) {
                case 0 -> attributes.put(name, Attribute.of(number(random)));
                case 1 ->
                    attributes.put(
                            name,
                            Attribute.of(Arrays.stream(numbers(random)).boxed().toList()));
                case 2 -> attributes.put(name, Attribute.of("text"));
                default -> {}
            }
        }
        return attributes;
    }

    private static long[] numbers(Random random) {
        return random.longs(random.nextInt(4), -3, 4)
                .map(n -> random.nextInt(6) == 0 ? number(random) : n)
                .toArray();
    }

    private static long number(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            default -> random.nextInt(9) - 4;
        };
    }

    private Graph branch(String name, String op, Value x) {
        Graph branch = new Graph(name, graph);
        branch.addOutput(branch.addNode(new Node("", op, List.of(x), Map.of()), List.of(name + "_y"))
                .output());
        return branch;
    }

    private Value input(String name, DType dtype, Dim... dims) {
        return graph.addInput(name, new TensorType(dtype, Shape.of(dims)));
    }

    private Value constant(TensorData data) {
        return graph.addInitializer(graph.uniqueName("c"), data);
    }

    private Value node(String op, List<Value> inputs, Map<String, Attribute> attributes) {
        return graph.addNode(new Node("", op, inputs, attributes), List.of(graph.uniqueName("v")))
                .output();
    }

    private static Map<String, Attribute> axis(long axis) {
        return Map.of("axis", Attribute.of(axis));
    }

    private static Map<String, Attribute> perm(Long... perm) {
        return Map.of("perm", Attribute.of(List.of(perm)));
    }
}
