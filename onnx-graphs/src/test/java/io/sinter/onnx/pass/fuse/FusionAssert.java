package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.pass.Ort;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.onnx.pass.Prune;
import io.sinter.onnx.pass.TensorAssert;
import io.sinter.tensor.TensorData;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;

/**
 * {@code assertThat(fusion).on(graph).fuses("Attention")}: what a fusion makes of a graph, which must stay sound and
 * compute the same in ONNX Runtime.
 */
final class FusionAssert {

    private static final float TOLERANCE = 1e-5f;

    private final Fusion fusion;

    private FusionAssert(Fusion fusion) {
        this.fusion = fusion;
    }

    static FusionAssert assertThat(Fusion fusion) {
        return new FusionAssert(fusion);
    }

    Outcome on(TinyGraph graph) {
        Model model = graph.build();
        Pipeline.PREPARE.run(model);
        FusionCount count = fusion.fuse(model);
        new Prune().run(model);
        Assertions.assertThat(Verifier.check(model)).isEmpty();
        Assertions.assertThat(fusion.fuse(model).fused()).as("second run").isEmpty();
        Map<String, TensorData> expected = Ort.run(graph.build(), graph.feeds());
        Map<String, TensorData> actual = Ort.run(model, graph.feeds());
        Assertions.assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, data) -> TensorAssert.assertThat(Objects.requireNonNull(actual.get(name)))
                .as("%s, seed %d", name, TinyGraph.SEED)
                .isClose(data, TOLERANCE));
        return new Outcome(model, count);
    }

    record Outcome(Model model, FusionCount count) {

        /** Fused all there is, and these operators are what the graph consists of. */
        Outcome leaves(String... operators) {
            Assertions.assertThat(count.refusals()).isEmpty();
            Assertions.assertThat(count.fused()).isNotEmpty();
            Assertions.assertThat(model.graph().nodes())
                    .extracting(Node::opType)
                    .containsExactly(operators);
            return this;
        }

        /** Found one, and says why it is not fused. */
        Outcome refuses(String reason) {
            Assertions.assertThat(count.fused()).isEmpty();
            Assertions.assertThat(count.refusals()).hasSize(1);
            Assertions.assertThat(count.refusals().getFirst().reason()).contains(reason);
            return this;
        }

        /** Found nothing. */
        Outcome doesNotFire() {
            Assertions.assertThat(count.found()).isZero();
            return this;
        }

        Node node(String operator) {
            return model.graph().nodes().stream()
                    .filter(n -> n.opType().equals(operator))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
