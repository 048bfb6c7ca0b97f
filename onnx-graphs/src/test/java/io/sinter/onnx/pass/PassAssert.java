package io.sinter.onnx.pass;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import org.assertj.core.api.Assertions;

/** {@code assertThat(pass).on(model).leaves("Gather", "Add")}: what a pass makes of a model, which must stay sound. */
final class PassAssert {

    private final GraphPass pass;

    private PassAssert(GraphPass pass) {
        this.pass = pass;
    }

    static PassAssert assertThat(GraphPass pass) {
        return new PassAssert(pass);
    }

    /** Runs the pass, and once more: the second run must find nothing left to do. */
    Outcome on(Model model) {
        PassResult result = pass.run(model);
        Assertions.assertThat(Verifier.check(model)).isEmpty();
        Assertions.assertThat(pass.run(model).changes()).as("second run").isEmpty();
        return new Outcome(model, result);
    }

    record Outcome(Model model, PassResult result) {

        /** The operators of the main graph, in order. */
        Outcome leaves(String... operators) {
            Assertions.assertThat(model.graph().nodes())
                    .extracting(Node::opType)
                    .containsExactly(operators);
            return this;
        }

        Outcome changes(String... lines) {
            Assertions.assertThat(result.changes()).containsExactlyInAnyOrder(lines);
            return this;
        }

        Outcome refuses(String line) {
            Assertions.assertThat(result.refusals()).containsExactly(line);
            return this;
        }

        Outcome doesNotFire() {
            Assertions.assertThat(result.changes()).isEmpty();
            return this;
        }
    }
}
