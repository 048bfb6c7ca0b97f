package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.source.ModelConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What BERT's relatives and T5 say of configurations and checkpoints that they cannot build. */
class TextEncoderErrorsTest {

    private static final List<String> SIZES = List.of(
            "vocab_size",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "max_position_embeddings");

    private static final Map<String, List<String>> NEEDED = Map.of(
            "bert_nsp", SIZES,
            "albert_cls", SIZES,
            "roberta_pad5", SIZES,
            "mpnet_cls", SIZES,
            "electra_cls", SIZES,
            "roformer_base", SIZES,
            "deberta1_mlm", SIZES,
            "deberta2_long", SIZES,
            "distilbert_cls",
                    List.of("vocab_size", "dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings"),
            "umt5_encoder", List.of("vocab_size", "d_model", "num_layers", "num_heads", "d_kv", "d_ff"));

    @TempDir
    Path folder;

    static Stream<Arguments> neededKeys() {
        return NEEDED.entrySet().stream().flatMap(e -> e.getValue().stream().map(key -> Arguments.of(e.getKey(), key)));
    }

    @ParameterizedTest
    @MethodSource("neededKeys")
    void configuration_withoutAKeyTheFamilyNeeds_isRefused(String model, String key) {
        Map<String, Object> keys = keys(model);
        keys.remove(key);
        assertRefused(model, keys, MissingException.class, "config.json", "\"" + key + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "bert_nsp, position_embedding_type, '\"relative_key\"'",
        "bert_nsp, hidden_act, '\"xielu\"'",
        "roberta_pad5, is_decoder, true",
        "albert_cls, position_embedding_type, '\"relative_key_query\"'",
        "electra_cls, is_decoder, true",
        "mpnet_cls, relative_attention_num_buckets, 16",
        "roformer_base, rotary_value, true",
        "distilbert_cls, activation, '\"gelu_10\"'",
        "deberta1_mlm, talking_head, true",
        "deberta1_mlm, pos_att_type, '[\"p2p\"]'",
        "deberta2_conv, conv_kernel_size, 4",
        "deberta2_conv, conv_act, '\"snake\"'",
        "deberta2_long, attention_head_size, 7",
        "deberta2_cls, pooler_hidden_size, 7",
        "t5_conditional, feed_forward_proj, '\"gated-glu\"'",
    })
    void value_thatIsNotImplemented_isNamedWithItsKey(String model, String key, String json) {
        Map<String, Object> keys = keys(model);
        keys.remove("dense_act_fn");
        keys.put(key, JsonMapper.shared().readTree(json));
        assertRefused(model, keys, UnsupportedException.class, "config.json", key + ": got " + json);
    }

    @ParameterizedTest
    @CsvSource({
        "bert_nsp, num_attention_heads, 5, 24 is no multiple of num_attention_heads 5",
        "distilbert_cls, n_heads, 7, 24 is no multiple of n_heads 7",
        "deberta2_long, position_buckets, 3, position_buckets 3",
        "deberta2_long, max_relative_positions, 20, position_buckets 64 for distances up to 20",
        "deberta2_cls, conv_groups, 5, 24 is no multiple of conv_groups 5",
        "t5_long, relative_attention_max_distance, 8, relative_attention_max_distance 8",
        "roformer_base, num_attention_heads, 8, an even number",
        "mpnet_cls, layer_norm_eps, tiny, layer_norm_eps: got \"tiny\"",
        "albert_cls, embedding_size, -3, embedding_size: got -3",
    })
    void values_thatDoNotGoTogether_areRefused(String model, String key, String value, String words) {
        Map<String, Object> keys = keys(model);
        keys.put(key, value.matches("-?\\d+") ? (Object) Integer.parseInt(value) : value);
        assertRefused(model, keys, MalformedException.class, "config.json", words);
    }

    @ParameterizedTest
    @CsvSource({
        "albert_groups_mlm, num_hidden_groups, 3, albert.encoder.albert_layer_groups.2.albert_layers.0",
        "albert_groups_mlm, inner_group_num, 3, albert.encoder.albert_layer_groups.0.albert_layers.2",
        "camembert_mlm, num_hidden_layers, 3, roberta.encoder.layer.2",
        "data2vec_untied, num_hidden_layers, 3, data2vec_text.encoder.layer.2",
        "distilbert_untied, n_layers, 2, distilbert.transformer.layer.1",
        "mpnet_mlm, num_hidden_layers, 3, mpnet.encoder.layer.2",
        "electra_mlm, num_hidden_layers, 3, electra.encoder.layer.2",
        "roformer_mlm, num_hidden_layers, 3, roformer.encoder.layer.2",
        "deberta1_mlm, pos_att_type, c2p, deberta.encoder.layer.0.attention.self.pos_proj.weight",
        "deberta2_mlm, conv_kernel_size, 3, deberta.encoder.conv",
        "deberta2_mlm, legacy, false, lm_predictions.lm_head.dense.weight",
        "umt5_encoder, num_layers, 3, encoder.block.2.layer.0.SelfAttention",
        "mt5_encoder, feed_forward_proj, gelu, encoder.block.0.layer.1.DenseReluDense.wi.weight",
    })
    void tensor_thatIsMissing_isNamed(String model, String key, String value, String tensor) {
        assertUnfit(model, key, value, MissingException.class, "\"" + tensor);
    }

    @ParameterizedTest
    @CsvSource({
        "albert_groups_mlm, embedding_size, 17, [120; 17]",
        "camembert_mlm, type_vocab_size, 2, [2; 24]",
        "distilbert_untied, hidden_dim, 41, [41; 24]",
        "mpnet_mlm, relative_attention_num_buckets, 33, [33; 3]",
        "roformer_mlm, vocab_size, 119, [119; 16]",
        "deberta1_mlm, max_relative_positions, 8, [16; 24]",
        "deberta2_conv, conv_groups, 3, [24; 8; 3]",
        "deberta2_conv, position_buckets, 10, [20; 24]",
        "xlmr_cls4, num_labels, 3, [3; 24]",
        "umt5_encoder, d_kv, 6, [18; 24]",
        "t5_conditional, relative_attention_num_buckets, 10, [10; 3]",
    })
    void tensor_ofAnotherShape_isNamedWithBoth(String model, String key, String value, String shape) {
        assertUnfit(model, key, value, MalformedException.class, "asks for floats " + shape.replace(';', ','));
    }

    @Test
    void discriminator_hasNoScoresOfTokens() {
        ScatteredWeights weights = new ScatteredWeights(1, true, Set.of("generator_predictions.dense.weight"));
        Map<String, Object> keys = keys("electra_mlm");
        keys.put("architectures", List.of("ElectraForPreTraining"));
        assertThatThrownBy(() -> EncoderGraph.build(write(keys), weights, BuildOptions.PORTABLE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContainingAll("config.json", "which tokens were replaced", "choose the head none");
    }

    private void assertUnfit(
            String model, String key, String value, Class<? extends SinterException> kind, String expected) {
        Map<String, Object> keys = keys(model);
        if (key.equals("feed_forward_proj")) {
            keys.keySet().removeAll(List.of("dense_act_fn", "is_gated_act"));
        }
        if (key.equals("num_labels")) {
            keys.remove("id2label");
        }
        keys.put(
                key,
                switch (value) {
                    case "true", "false" -> Boolean.valueOf(value);
                    default -> value.matches("\\d+") ? (Object) Integer.parseInt(value) : value;
                });
        assertRefused(model, keys, kind, "model.safetensors", expected);
    }

    private void assertRefused(
            String model, Map<String, Object> keys, Class<? extends SinterException> kind, String... words) {
        CheckpointWeights weights = golden(model).weights();
        assertThatThrownBy(() -> EncoderGraph.build(write(keys), weights, BuildOptions.PORTABLE))
                .isInstanceOf(kind)
                .hasMessageContainingAll(words);
    }

    private ModelConfig write(Map<String, Object> keys) {
        return OddConfiguration.write(keys, folder);
    }

    private static GoldenModel golden(String model) {
        return GoldenModel.odd().stream()
                .filter(g -> g.toString().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> keys(String model) {
        Map<String, Object> keys = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : golden(model).config().json().properties()) {
            keys.put(entry.getKey(), entry.getValue());
        }
        return keys;
    }
}
