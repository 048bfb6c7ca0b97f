package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.error.RecipeException;
import io.sinter.error.SinterException;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagePlannerTest {

    private static final String BOTH =
            "merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 1}\n";

    @TempDir
    private Path folder;

    private TinyCheckpoints tiny;

    @BeforeEach
    void setUp() {
        tiny = new TinyCheckpoints(folder);
        tiny.model("a", 1);
        tiny.model("b", 2);
    }

    private void assertRefused(String recipe, Class<? extends SinterException> type, String... parts) {
        assertThatThrownBy(() -> tiny.plan(recipe)).isInstanceOf(type).hasMessageContainingAll(parts);
    }

    @Test
    void model_thatIsNotThere_isNamedWithItsPlace() {
        assertRefused(
                "merge_method: linear\nmodels: [{model: a}, {model: org/name}]\nparameters: {weight: 1}",
                MissingException.class,
                "merge.yaml:",
                "org/name",
                "for a model of a hub write hf:");
    }

    @Test
    void config_thatDiffers_isNamedFirst() {
        tiny.write("b/config.json", "{\"model_type\": \"other\"}");
        assertRefused(BOTH, IncompatibleException.class, "a and b", "model_type is \"tiny\", but \"other\"");
    }

    @Test
    void tensor_ofAnotherShape_isNamed() {
        Map<String, TensorData> other = new LinkedHashMap<>(TinyCheckpoints.tensors(2, 3));
        other.put("norm.weight", TensorData.vector(1f, 2f));
        tiny.model("b", other);
        assertRefused(BOTH, IncompatibleException.class, "tensor \"norm.weight\" is [4], but [2]");
    }

    @Test
    void table_ofAnotherSize_suggestsATokenizer() {
        Map<String, TensorData> other = new LinkedHashMap<>(TinyCheckpoints.tensors(2, 3));
        other.put("embed_tokens.weight", TinyCheckpoints.drawn(new Random(1), 12, 4));
        tiny.model("b", other);
        assertRefused(BOTH, IncompatibleException.class, "embed_tokens.weight", "tokenizer_source: base or union");
    }

    @Test
    void tensor_thatOnlyOneHas_isNamed() {
        tiny.model("b", TinyCheckpoints.tensors(2, 2));
        assertRefused(BOTH, IncompatibleException.class, "layers.2.attention.weight", "in the former only");
        tiny.model("b", TinyCheckpoints.tensors(2, 4));
        assertRefused(BOTH, IncompatibleException.class, "layers.3.attention.weight", "in the latter only");
    }

    @Test
    void buffer_thatOnlyOneHas_isTakenOrLeftAndTold() {
        Map<String, TensorData> other = new LinkedHashMap<>(TinyCheckpoints.tensors(2, 3));
        other.put("embeddings.position_ids", TensorData.vector(0L, 1L));
        tiny.model("b", other);
        CheckpointSummary first = CheckpointSummary.of(tiny.plan(BOTH));
        assertThat(first.merges().getFirst().copied()).isEmpty();
        assertThat(first.merges().getFirst().notes()).anyMatch(n -> n.contains("embeddings.position_ids"));
        CheckpointSummary swapped = CheckpointSummary.of(
                tiny.plan("merge_method: linear\nmodels: [{model: b}, {model: a}]\nparameters: {weight: 1}"));
        assertThat(swapped.merges().getFirst().copied()).containsExactly("embeddings.position_ids");
    }

    @Test
    void head_thatIsTiedInOne_isMergedWithWhatItIsTiedTo() {
        Map<String, TensorData> untied = new LinkedHashMap<>(TinyCheckpoints.tensors(1, 3));
        untied.put("lm_head.weight", TinyCheckpoints.drawn(new Random(5), 10, 4));
        tiny.model("a", untied);
        tiny.write("b/config.json", "{\"model_type\": \"tiny\", \"tie_word_embeddings\": true}");
        tiny.merge(BOTH);
        float[] head = TinyCheckpoints.floats(tiny.merged("lm_head.weight"));
        float[] own = TinyCheckpoints.floats(untied.getOrDefault("lm_head.weight", TensorData.scalar(0f)));
        float[] table = TinyCheckpoints.floats(
                TinyCheckpoints.tensors(2, 3).getOrDefault("embed_tokens.weight", TensorData.scalar(0f)));
        for (int i = 0; i < head.length; i++) {
            assertThat(head[i]).isEqualTo((own[i] + table[i]) / 2);
        }
    }

    @Test
    void slice_beyondTheLayers_isRefused() {
        assertRefused(
                "merge_method: linear\nslices: [{sources: [{model: a, layer_range: [1, 4]}]}]\nparameters: {weight: 1}",
                RecipeException.class,
                "merge.yaml:2",
                "got [1, 4], but a has 3 layers, 0 to 2");
    }

    @Test
    void slice_ofUnequalSources_isRefused() {
        assertRefused(
                "merge_method: linear\nslices:\n  - sources:\n      - {model: a, layer_range: [0, 2]}\n"
                        + "      - {model: b, layer_range: [0, 3]}\nparameters: {weight: 1}",
                RecipeException.class,
                "3 layers beside 2");
    }

    @Test
    void weights_thatAddUpToZero_areRefused() {
        assertRefused(
                "merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: b, parameters: {weight: -1}}]",
                SinterException.class,
                "0");
    }

    @Test
    void weight_thatIsMissing_isNamedWithTheTensor() {
        assertRefused(
                "merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: b}]",
                RecipeException.class,
                "linear needs `weight`");
    }

    @Test
    void filter_thatFitsNothing_isTold() {
        CheckpointSummary summary =
                CheckpointSummary.of(tiny.plan("merge_method: linear\nmodels: [{model: a}, {model: b}]\n"
                        + "parameters: {weight: [{filter: self_attn, value: 0.2}, 1]}"));
        assertThat(summary.merges().getFirst().notes()).anyMatch(n -> n.startsWith("filter: \"self_attn\""));
    }

    @Test
    void adapter_forAnotherModel_isRefused() {
        tiny.write("adapter/adapter_config.json", "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 1}");
        io.sinter.safetensors.SafetensorsWriter.write(
                folder.resolve("adapter/adapter_model.safetensors"),
                Map.of(
                        "base_model.model.x.lora_A.weight", TensorData.of(java.util.List.of(1L, 4L), 1, 2, 3, 4),
                        "base_model.model.x.lora_B.weight", TensorData.of(java.util.List.of(4L, 1L), 1, 2, 3, 4)),
                Map.of());
        assertRefused(
                "merge_method: linear\nmodels: [{model: a+adapter}]\nparameters: {weight: 1}",
                IncompatibleException.class,
                "changes \"x.weight\"");
    }
}
