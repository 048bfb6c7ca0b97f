package io.sinter.encoder;

import io.sinter.source.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Configurations that nobody published: sizes, windows, activations and heads drawn from a seed. */
final class OddConfiguration {

    private static final List<String> ACTIVATIONS =
            List.of("gelu", "gelu_new", "silu", "relu", "quick_gelu", "tanh", "relu2", "mish");

    private final Random random;
    private final Map<String, Object> keys = new LinkedHashMap<>();

    private OddConfiguration(Random random) {
        this.random = random;
    }

    /** Names of the families, by what {@link #of} makes of them. */
    static List<String> families() {
        return Stream.concat(
                        Stream.of(
                                "gemma3_text",
                                "gpt2",
                                "llama",
                                "mistral",
                                "modernbert",
                                "nomic_bert",
                                "qwen2",
                                "qwen3"),
                        OddTextEncoder.families().stream())
                .toList();
    }

    /** The keys of a configuration of that family. */
    static Map<String, Object> of(String family, long seed) {
        OddConfiguration odd = new OddConfiguration(new Random(seed));
        odd.keys.put("model_type", family);
        odd.keys.put("vocab_size", 11 + odd.random.nextInt(30));
        if (OddTextEncoder.families().contains(family)) {
            odd.keys.putAll(OddTextEncoder.of(family, odd.random));
            return odd.keys;
        }
        switch (family) {
            case "gpt2" -> odd.gpt2();
            case "modernbert" -> odd.modernBert();
            case "nomic_bert" -> odd.nomicBert();
            default -> odd.llama(family);
        }
        return odd.keys;
    }

    /** As a file in a folder. */
    static ModelConfig write(Map<String, Object> keys, Path folder) {
        Path file = folder.resolve("config.json");
        try {
            Files.writeString(file, JsonMapper.shared().writeValueAsString(keys));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ModelConfig.read(file);
    }

    private void gpt2() {
        int heads = 1 + random.nextInt(4);
        keys.put("n_embd", heads * (1 + random.nextInt(9)));
        keys.put("n_head", heads);
        keys.put("n_layer", 1 + random.nextInt(3));
        keys.put("n_positions", 40);
        keys.put("activation_function", activation());
        keys.put("scale_attn_by_inverse_layer_idx", random.nextBoolean());
        keys.put("scale_attn_weights", random.nextBoolean());
        if (random.nextBoolean()) {
            keys.put("n_inner", 1 + random.nextInt(50));
        }
    }

    private void modernBert() {
        bert();
        keys.put("hidden_activation", activation());
        keys.put("local_attention", 2 + random.nextInt(30));
        keys.put("global_attn_every_n_layers", 1 + random.nextInt(3));
        keys.put("global_rope_theta", 10 + random.nextInt(100_000));
        keys.put("local_rope_theta", 10 + random.nextInt(10_000));
        for (String bias : List.of("attention_bias", "mlp_bias", "norm_bias")) {
            keys.put(bias, random.nextBoolean());
        }
    }

    private void nomicBert() {
        bert();
        keys.put("hidden_act", activation());
        keys.put("type_vocab_size", 1 + random.nextInt(3));
        keys.put("rope_parameters", Map.of("rope_type", "default", "rope_theta", 10 + random.nextInt(5000)));
    }

    private void bert() {
        int heads = 1 + random.nextInt(4);
        sizes(heads * 2 * (1 + random.nextInt(6)), heads);
    }

    private void llama(String family) {
        int shared = 1 + random.nextInt(3);
        int heads = shared * (1 + random.nextInt(3));
        sizes(heads * (1 + random.nextInt(6)), heads);
        keys.put("num_key_value_heads", shared);
        keys.put("head_dim", 2 * (1 + random.nextInt(6)));
        keys.put(family.equals("gemma3_text") ? "hidden_activation" : "hidden_act", activation());
        keys.put("rms_norm_eps", random.nextBoolean() ? 1e-5 : 1e-3);
        keys.put("attention_bias", random.nextBoolean());
        keys.put("mlp_bias", random.nextBoolean());
        keys.put("rope_theta", 10 + random.nextInt(100_000));
        keys.put("max_position_embeddings", 64);
        keys.put("sliding_window", 1 + random.nextInt(20));
        keys.put("use_sliding_window", random.nextBoolean());
        keys.put("max_window_layers", random.nextInt(3));
        keys.put("sliding_window_pattern", 1 + random.nextInt(3));
        keys.put("query_pre_attn_scalar", 1 + random.nextInt(20));
        keys.put("use_bidirectional_attention", random.nextBoolean());
    }

    private void sizes(int hidden, int heads) {
        keys.put("hidden_size", hidden);
        keys.put("num_attention_heads", heads);
        keys.put("intermediate_size", 1 + random.nextInt(50));
        keys.put("num_hidden_layers", 1 + random.nextInt(4));
    }

    private String activation() {
        return ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
    }
}
