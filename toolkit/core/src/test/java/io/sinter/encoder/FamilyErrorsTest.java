package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.safetensors.Checkpoint;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What decoders and rotary encoders say of configurations and checkpoints that they cannot build. */
class FamilyErrorsTest {

    private static final List<String> SIZES =
            List.of("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads");

    private static final Map<String, List<String>> NEEDED = Map.of(
            "gpt2", List.of("vocab_size", "n_embd", "n_layer", "n_head", "n_positions"),
            "llama", SIZES,
            "mistral", with("num_key_value_heads", "sliding_window"),
            "qwen2", with("num_key_value_heads"),
            "qwen3", with("num_key_value_heads", "head_dim"),
            "gemma3_text", with("num_key_value_heads", "head_dim", "query_pre_attn_scalar", "sliding_window"),
            "modernbert", with("local_attention"),
            "nomic_bert", SIZES);

    @TempDir
    Path folder;

    static Stream<Arguments> neededKeys() {
        return NEEDED.entrySet().stream().flatMap(e -> e.getValue().stream().map(key -> Arguments.of(e.getKey(), key)));
    }

    @ParameterizedTest
    @MethodSource("neededKeys")
    void configuration_withoutAKeyTheFamilyNeeds_isRefused(String family, String key) {
        Map<String, Object> keys = sliding(family);
        keys.remove(key);
        assertRefused(keys, MissingException.class, "config.json", "\"" + key + "\"");
    }

    @ParameterizedTest
    @CsvSource({"llama,longrope", "mistral,su", "qwen2,mrope", "qwen3,proportional", "gemma3_text,longrope"})
    void ropeType_thatIsNotImplemented_isNamed(String family, String type) {
        Map<String, Object> keys = sliding(family);
        keys.put("rope_scaling", Map.of("rope_type", type, "factor", 2.0));
        assertRefused(keys, UnsupportedException.class, "rope_scaling", "rope_type", type, "llama3");
    }

    @ParameterizedTest
    @CsvSource({
        "llama,partial_rotary_factor,0.5",
        "gpt2,add_cross_attention,true",
        "modernbert,layer_types,chunked_attention",
        "gemma3_text,attn_logit_softcapping,50.0",
        "gemma3_text,hidden_activation,xielu"
    })
    void value_thatIsNotImplemented_isNamedWithItsKey(String family, String key, String json) {
        Map<String, Object> keys = sliding(family);
        keys.put("num_hidden_layers", 1);
        keys.put(key, key.equals("layer_types") ? List.of(json) : value(json));
        assertRefused(keys, UnsupportedException.class, "config.json", key, json);
    }

    @Test
    void originalNomicBert_whoseLayersAreOtherwise_isRefused() {
        GoldenModel golden = new GoldenModel(Path.of("src/test/resources/golden/families/nomic_original"));
        for (String key : List.of("prenorm", "causal", "parallel_block", "use_rms_norm", "rotary_emb_interleaved")) {
            assertRefused(changed(golden, key, true), UnsupportedException.class, key, "true");
        }
        assertRefused(changed(golden, "rotary_emb_fraction", 0.5), UnsupportedException.class, "rotary_emb_fraction");
        assertRefused(changed(golden, "num_experts", 8), UnsupportedException.class, "num_experts", "8");
        assertRefused(changed(golden, "n_inner", null), MissingException.class, "n_inner");
    }

    @Test
    void sizes_thatDoNotGoTogether_areRefused() {
        Map<String, Object> keys = sliding("llama");
        keys.put("num_attention_heads", 5);
        keys.put("num_key_value_heads", 3);
        assertRefused(keys, MalformedException.class, "num_attention_heads 5", "num_key_value_heads 3");
        keys = sliding("qwen2");
        keys.put("layer_types", Collections.nCopies(9, "full_attention"));
        assertRefused(keys, MalformedException.class, "layer_types lists 9", "num_hidden_layers");
        keys = sliding("qwen3");
        keys.put("head_dim", 7);
        assertRefused(keys, MalformedException.class, "7 is odd");
        keys = sliding("qwen2");
        keys.put("num_hidden_layers", 1);
        keys.put("layer_types", List.of("sliding_attention"));
        keys.put("use_sliding_window", false);
        assertRefused(keys, MalformedException.class, "sliding_attention", "use_sliding_window");
    }

    @ParameterizedTest
    @CsvSource({
        "llama_linear,num_hidden_layers,4,layers.3.",
        "gpt2_lm_untied,n_layer,4,transformer.h.3.",
        "modernbert_mlm_untied,num_hidden_layers,5,model.layers.4.",
        "gemma3_causal,num_hidden_layers,5,model.layers.4.",
        "nomic_mlm,num_hidden_layers,3,nomic_bert.encoder.layers.2."
    })
    void tensor_thatIsMissing_isNamed(String model, String key, int value, String tensor) {
        assertUnfit(model, key, value, MissingException.class, tensor);
    }

    @ParameterizedTest
    @CsvSource({
        "llama_linear,intermediate_size,21,[21; 24]",
        "llama_linear,num_key_value_heads,1,[6; 24]",
        "gpt2_lm_untied,n_inner,31,[24; 31]",
        "modernbert_mlm_untied,vocab_size,41,[41; 24]",
        "qwen3_window_bias,head_dim,10,[10]",
        "nomic_mlm,intermediate_size,21,[24; 21]"
    })
    void tensor_ofAnotherShape_isNamedWithBoth(String model, String key, int value, String shape) {
        assertUnfit(model, key, value, MalformedException.class, shape.replace(';', ','));
    }

    private void assertUnfit(
            String model, String key, int value, Class<? extends SinterException> kind, String expected) {
        GoldenModel golden = new GoldenModel(Path.of("src/test/resources/golden/families", model));
        CheckpointWeights weights = new CheckpointWeights(Checkpoint.open(golden.folder()));
        Map<String, Object> keys = changed(golden, key, value);
        keys.remove("layer_types");
        assertThatThrownBy(
                        () -> EncoderGraph.build(OddConfiguration.write(keys, folder), weights, BuildOptions.PORTABLE))
                .isInstanceOf(kind)
                .hasMessageContainingAll("model.safetensors", expected);
    }

    private void assertRefused(Map<String, Object> keys, Class<? extends SinterException> kind, String... words) {
        RandomWeights weights = new RandomWeights(1, 0.02, Head.NONE);
        assertThatThrownBy(
                        () -> EncoderGraph.build(OddConfiguration.write(keys, folder), weights, BuildOptions.PORTABLE))
                .isInstanceOf(kind)
                .hasMessageContainingAll(words);
    }

    /** Keys of a model with a layer that slides. */
    private static Map<String, Object> sliding(String family) {
        Map<String, Object> keys = OddConfiguration.of(family, 3);
        keys.put(family.equals("gpt2") ? "n_layer" : "num_hidden_layers", 3);
        keys.put("use_sliding_window", true);
        keys.put("max_window_layers", 0);
        keys.put("sliding_window_pattern", 2);
        keys.put("global_attn_every_n_layers", 2);
        return keys;
    }

    private static Map<String, Object> changed(GoldenModel golden, String key, @Nullable Object value) {
        Map<String, Object> keys = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : golden.config().json().properties()) {
            keys.put(entry.getKey(), entry.getValue());
        }
        keys.remove(key);
        if (value != null) {
            keys.put(key, value);
        }
        return keys;
    }

    private static Object value(String json) {
        return switch (json) {
            case "true" -> true;
            case "0.5" -> 0.5;
            case "50.0" -> 50.0;
            default -> json;
        };
    }

    private static List<String> with(String... more) {
        return Stream.concat(SIZES.stream(), Stream.of(more)).toList();
    }
}
