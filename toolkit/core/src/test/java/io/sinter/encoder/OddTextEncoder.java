package io.sinter.encoder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** {@link OddConfiguration}s of BERT and its relatives, and of T5's encoder. */
final class OddTextEncoder {

    private static final List<String> ACTIVATIONS = List.of("gelu", "gelu_new", "silu", "relu", "quick_gelu", "mish");

    private final Random random;
    private final Map<String, Object> keys = new LinkedHashMap<>();

    private OddTextEncoder(Random random) {
        this.random = random;
    }

    static List<String> families() {
        return List.of(
                "albert",
                "bert",
                "camembert",
                "data2vec-text",
                "deberta",
                "deberta-v2",
                "distilbert",
                "electra",
                "mpnet",
                "mt5",
                "roberta",
                "roformer",
                "t5",
                "umt5",
                "xlm-roberta");
    }

    /** Whether a text's vectors do not depend on how much padding stands before it. */
    static boolean movable(String family) {
        return !List.of("albert", "bert", "deberta-v2", "distilbert", "electra").contains(family);
    }

    /** The keys of a configuration of that family, but for its type and vocabulary. */
    static Map<String, Object> of(String family, Random random) {
        OddTextEncoder odd = new OddTextEncoder(random);
        switch (family) {
            case "t5", "mt5", "umt5" -> odd.t5();
            case "distilbert" -> odd.distilBert();
            default -> odd.bert(family);
        }
        odd.keys.put("tie_word_embeddings", random.nextBoolean());
        odd.keys.put("num_labels", 1 + random.nextInt(4));
        return odd.keys;
    }

    private void bert(String family) {
        int heads = 1 + random.nextInt(4);
        int width = (family.equals("roformer") ? 2 : 1) * (1 + random.nextInt(5));
        keys.put("hidden_size", heads * width);
        keys.put("num_attention_heads", heads);
        keys.put("intermediate_size", 1 + random.nextInt(50));
        keys.put("num_hidden_layers", 1 + random.nextInt(4));
        keys.put("max_position_embeddings", 30 + random.nextInt(9));
        keys.put("hidden_act", activation());
        keys.put("layer_norm_eps", random.nextBoolean() ? 1e-12 : 1e-3);
        keys.put("pad_token_id", 1);
        keys.put("type_vocab_size", 1 + random.nextInt(3));
        switch (family) {
            case "albert" -> {
                keys.put("embedding_size", 1 + random.nextInt(20));
                keys.put("num_hidden_groups", 1 + random.nextInt(2));
                keys.put("inner_group_num", 1 + random.nextInt(2));
            }
            case "electra", "roformer" -> keys.put("embedding_size", 1 + random.nextInt(20));
            case "mpnet" -> keys.put("relative_attention_num_buckets", 32 + random.nextInt(2));
            case "deberta" -> deberta(false);
            case "deberta-v2" -> deberta(random.nextBoolean());
            default -> keys.put("position_embedding_type", "absolute");
        }
    }

    private void deberta(boolean biased) {
        keys.put("type_vocab_size", random.nextInt(3));
        keys.put("position_biased_input", biased);
        keys.put("relative_attention", random.nextInt(4) > 0);
        keys.put("pos_att_type", List.of("c2p|p2c", "c2p", "p2c").get(random.nextInt(3)));
        keys.put("share_att_key", random.nextBoolean());
        keys.put("position_buckets", random.nextBoolean() ? -1 : 4 + random.nextInt(20));
        keys.put("max_relative_positions", random.nextBoolean() ? -1 : 14 + random.nextInt(9));
        keys.put("norm_rel_ebd", random.nextBoolean() ? "none" : "layer_norm");
        keys.put("conv_kernel_size", random.nextBoolean() ? 0 : 3);
    }

    private void distilBert() {
        int heads = 1 + random.nextInt(4);
        keys.put("dim", heads * (1 + random.nextInt(6)));
        keys.put("n_heads", heads);
        keys.put("hidden_dim", 1 + random.nextInt(50));
        keys.put("n_layers", 1 + random.nextInt(3));
        keys.put("max_position_embeddings", 24);
        keys.put("activation", activation());
    }

    private void t5() {
        keys.put("d_model", 1 + random.nextInt(30));
        keys.put("num_heads", 1 + random.nextInt(4));
        keys.put("d_kv", 1 + random.nextInt(8));
        keys.put("d_ff", 1 + random.nextInt(40));
        keys.put("num_layers", 1 + random.nextInt(3));
        keys.put("relative_attention_num_buckets", 4 + random.nextInt(12));
        keys.put("relative_attention_max_distance", 5 + random.nextInt(30));
        keys.put("feed_forward_proj", (random.nextBoolean() ? "gated-" : "") + activation());
    }

    private String activation() {
        return ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
    }
}
