package io.sinter.merge;

import io.sinter.merge.MergePlan.Body;
import io.sinter.source.ModelConfig;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Vocabulary;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The {@code config.json} of an output directory. */
final class OutputConfig {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Special tokens by what configurations call them. */
    private static final Map<String, SpecialToken> ROLES = Map.of(
            "bos", SpecialToken.CLS,
            "cls", SpecialToken.CLS,
            "eos", SpecialToken.SEP,
            "sep", SpecialToken.SEP,
            "pad", SpecialToken.PAD,
            "unk", SpecialToken.UNK,
            "mask", SpecialToken.MASK);

    private OutputConfig() {}

    /**
     * The body's configuration with the merged table's size; without a body, one that says what the model is. A graph
     * without a config.json gets what can be seen in it ({@link GraphConfig}), or none.
     */
    static Optional<String> of(MergePlan plan) {
        Optional<ObjectNode> config = switch (plan.body()) {
            case Body.Graph graph ->
                graph.source()
                        .companions()
                        .config()
                        .map(OutputConfig::copy)
                        .or(() -> GraphConfig.infer(graph.source()));
            case Body.Weights weights -> Optional.of(copy(weights.source().config()));
            case Body.New fresh -> Optional.of(copy(fresh.config()));
            case Body.None none -> Optional.of(staticConfig(plan));
        };
        return config.map(c -> MAPPER.writeValueAsString(updated(c, plan)) + "\n");
    }

    private static ObjectNode copy(ModelConfig config) {
        return (ObjectNode) config.json().deepCopy();
    }

    private static JsonNode updated(ObjectNode config, MergePlan plan) {
        ObjectNode text =
                config.path("text_config") instanceof ObjectNode inner && !config.has("vocab_size") ? inner : config;
        text.put("vocab_size", plan.rows());
        if (plan.vocabulary().isChanged()) {
            Vocabulary vocabulary = plan.vocabulary().vocabulary();
            ROLES.forEach((key, role) -> renumber(text, key + "_token_id", vocabulary.special(role)));
        }
        return config;
    }

    /** An id that the configuration says, in the result's vocabulary. */
    private static void renumber(ObjectNode config, String key, OptionalInt id) {
        if (!config.path(key).isNumber()) {
            return;
        }
        if (id.isPresent()) {
            config.put(key, id.getAsInt());
        } else {
            config.putNull(key);
        }
    }

    private static ObjectNode staticConfig(MergePlan plan) {
        ObjectNode config = MAPPER.createObjectNode();
        config.put("model_type", "static-embedding");
        config.putArray("architectures").add("StaticEmbedding");
        config.put("hidden_size", plan.width());
        config.put(
                "torch_dtype",
                switch (plan.dtype()) {
                    case FLOAT16 -> "float16";
                    case BFLOAT16 -> "bfloat16";
                    case DOUBLE -> "float64";
                    default -> "float32";
                });
        return config;
    }
}
