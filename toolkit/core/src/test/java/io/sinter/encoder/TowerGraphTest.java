package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One tower of the graph of both computes what transformers recorded. */
class TowerGraphTest {

    @ParameterizedTest
    @CsvSource({
        "clip_base, TEXT, text_embeds, 'input_ids,attention_mask'",
        "clip_base, IMAGE, image_embeds, pixel_values",
        "siglip_base, TEXT, text_embeds, input_ids",
        "siglip_base, IMAGE, image_embeds, pixel_values"
    })
    void keep_ofATower_leavesItsInputsAndOutputs(String name, Tower tower, String output, String inputs) {
        GoldenModel golden = GoldenModel.named(name);
        Model model = golden.build(BuildOptions.PORTABLE).model();
        TowerGraph.keep(model, tower, name);
        Verifier.verifyOrThrow(model, name);
        assertThat(model.graph().inputs().stream().map(Value::name)).containsExactly(inputs.split(","));
        assertThat(model.graph().outputs().stream().map(Value::name))
                .contains(output)
                .noneMatch(o -> o.startsWith("logits"));
        float[] computed = Objects.requireNonNull(
                        golden.run(model, List.of(output)).get(output))
                .toFloatArray();
        TensorData recorded = golden.golden().tensor(output);
        assertThat(computed).containsExactly(recorded.toFloatArray(), within(1e-4f));
    }

    @Test
    void keep_whereAllDependsOnBoth_isRefused() {
        Model model =
                GoldenModel.named("clip_base").build(BuildOptions.PORTABLE).model();
        List.copyOf(model.graph().outputs()).stream()
                .filter(o -> !o.name().startsWith("logits"))
                .forEach(model.graph()::removeOutput);
        assertThatThrownBy(() -> TowerGraph.keep(model, Tower.IMAGE, "clip"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage(
                        "clip: every output depends on [attention_mask, input_ids]; it has no tower for image by itself");
    }
}
