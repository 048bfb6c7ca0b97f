package io.sinter.onnx.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PipelineTest {

    private final Graph graph = new Graph("g");
    private final Model model = new Model(graph, 8);
    private final Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(2)));

    PipelineTest() {
        model.setOpset("", 17);
        graph.addOutput(new Ops(graph, 17).relu(x));
    }

    @Test
    void run_soundPasses_returnsTheirResultsInOrder() {
        assertThat(Pipeline.PREPARE.run(model).keySet()).containsExactly("raise-opset", "fold-constants", "prune");
    }

    @Test
    void run_passThatBreaksTheModel_namesItAndThoseBefore() {
        GraphPass breaks = pass("breaks", m -> m.graph().addOutput(new Graph("other").addInput("y", null)));
        assertThatIllegalStateException()
                .isThrownBy(() -> new Pipeline("test", List.of(new Prune(), breaks)).run(model))
                .withMessage("pipeline \"test\": pass \"breaks\" (after [prune]) broke the model: "
                        + "[graph \"g\": output \"y\" is not defined]");
    }

    @Test
    void run_passThatFails_namesItAndThoseBefore() {
        GraphPass fails = pass("fails", m -> {
            throw new IllegalArgumentException("no");
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> new Pipeline("test", List.of(new Prune(), fails)).run(model))
                .withMessage("pipeline \"test\": pass \"fails\" (after [prune]) failed: no")
                .withCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void run_passThatTheModelIsTooMuchFor_keepsTheCategory() {
        GraphPass refuses = pass("refuses", m -> {
            throw new UnsupportedException("no such thing");
        });
        assertThatThrownBy(() -> new Pipeline("test", List.of(new Prune(), refuses)).run(model))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("no such thing")
                .satisfies(e -> assertThat(e.getSuppressed()[0])
                        .hasMessage("pipeline \"test\": pass \"refuses\" (after [prune])"));
    }

    @Test
    void run_modelThatWasWrongBefore_isNotHeldAgainstThePasses() {
        graph.outputs().getFirst().setType(new TensorType(DType.FLOAT, Shape.of(3)));
        assertThat(Pipeline.CLEAN.run(model)).hasSize(2);
    }

    @Test
    void constructor_passesOfOneName_fails() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Pipeline("twice", List.of(new Prune(), new Prune())));
    }

    private static GraphPass pass(String name, Consumer<Model> change) {
        return new GraphPass() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public PassResult run(Model target) {
                change.accept(target);
                return PassResult.of(List.of());
            }
        };
    }
}
