package io.sinter.merge;

import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.merge.OutputVerification.Check.Outcome;
import io.sinter.merge.TinyModels.Head;
import io.sinter.merge.TinyModels.Spec;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Combiners with the whole text in view, in the place of a graph's lookup. */
class ContextMergeTest {

    private static final String MODELS = "models: [{name: a, model: a}, {name: b, model: b}]\n";

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("a", encoder(Spec.of(TinyModels.table(1)).with(Head.SHARED_TRANSPOSED)));
        folder.model("b", encoder(TinyModels.table(2)));
    }

    private Path merge(String rest, String out) {
        return folder.merge(MODELS + rest, out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"contextualized-dynamic-meta-embedding", "self-attentive-meta-embedding"})
    void averageStart_inABodyWithAHead_isTheBakedAverage(String method) {
        Path live = merge("body: a\ncombine: {method: %s, init: average}\nmode: live\n".formatted(method), "live");
        Path baked = merge("body: a\ncombine: {method: average}\n", "baked");

        run(live.resolve("model.onnx")).assertAre(run(baked.resolve("model.onnx")), 1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"contextualized-dynamic-meta-embedding", "self-attentive-meta-embedding"})
    void averageStart_withoutABody_isTheStaticAverage(String method) {
        Path live = merge("combine: {method: %s, init: average}\nmode: live\n".formatted(method), "live");
        Path baked = merge("combine: {method: average}\n", "baked");

        run(live.resolve("model.onnx")).assertAre(run(baked.resolve("model.onnx")), 1e-5);
    }

    @Test
    void verification_ofAContextMerge_mergesAgain() {
        Path live = merge(
                "body: a\ncombine: {method: contextualized-dynamic-meta-embedding, hidden: 3, width: 8, init: random, seed: 5}\nmode: live\n",
                "live");

        assertThat(MergeFolder.verify(live))
                .allSatisfy(check -> assertThat(check.outcome()).as("%s", check).isEqualTo(Outcome.PASSED))
                .extracting(OutputVerification.Check::what)
                .contains("live = live again");
    }

    @Test
    void bake_ofAContextCombiner_isRefusedWithTheMode() {
        assertThatThrownBy(() -> folder.plan(
                        MODELS + "body: a\ncombine: {method: self-attentive-meta-embedding, init: average}\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("mode: bake: combine: self-attentive-meta-embedding reads whole texts")
                .hasMessageContaining("use mode: live, or a row-wise method");
    }

    @Test
    void body_withoutAMask_isRefused() {
        Graph graph = new Graph("encoder");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        Value ids =
                graph.addInput("input_ids", new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence"))));
        TensorData table = TinyModels.table(1);
        Value hidden = ops.tanh(ops.gather(ops.constant("word.table", table), ids, 0));
        graph.rename(hidden, "last_hidden_state");
        graph.addOutput(hidden);
        folder.model("a", TinyModels.model(graph, Opsets.EMITTED));

        assertThatThrownBy(() -> merge(
                        "body: a\ncombine: {method: self-attentive-meta-embedding, init: average}\nmode: live\n",
                        "live"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("self-attentive-meta-embedding reads whole texts and needs their mask")
                .hasMessageContaining("no input attention_mask")
                .hasMessageContaining("input_ids");
        assertThat(temp.resolve("live")).doesNotExist();
    }
}
