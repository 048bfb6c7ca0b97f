package io.sinter.output;

import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The files by which sentence-transformers knows how a directory makes vectors of sentences. */
public final class SentenceTransformersLayout {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private SentenceTransformersLayout() {}

    /**
     * Writes {@code modules.json}, {@code 1_Pooling/config.json} and, where there is a prompt,
     * {@code config_sentence_transformers.json}.
     *
     * @param width of a token's vector
     * @param prompt text before each sentence, or null
     */
    public static void write(
            Path directory, Pooling pooling, Normalization normalization, long width, @Nullable String prompt)
            throws IOException {
        List<Object> modules = new ArrayList<>();
        modules.add(module(0, "", "Transformer"));
        modules.add(module(1, "1_Pooling", "Pooling"));
        if (normalization == Normalization.UNIT_LENGTH) {
            modules.add(module(2, "2_Normalize", "Normalize"));
        }
        writeJson(directory.resolve("modules.json"), modules);
        Files.createDirectories(directory.resolve("1_Pooling"));
        writeJson(directory.resolve("1_Pooling/config.json"), poolingConfig(pooling, width));
        if (prompt != null) {
            Map<String, Object> config = new LinkedHashMap<>();
            config.put("prompts", Map.of("default", prompt));
            config.put("default_prompt_name", "default");
            writeJson(directory.resolve("config_sentence_transformers.json"), config);
        }
    }

    /** Writes the {@code modules.json} of a StaticEmbedding, whose table is {@code model.safetensors} beside it. */
    public static void writeStatic(Path directory) throws IOException {
        writeJson(
                directory.resolve("modules.json"),
                List.of(module(0, "", "StaticEmbedding"), module(1, "1_Normalize", "Normalize")));
    }

    private static Map<String, Object> module(int index, String path, String type) {
        Map<String, Object> module = new LinkedHashMap<>();
        module.put("idx", index);
        module.put("name", String.valueOf(index));
        module.put("path", path);
        module.put("type", "sentence_transformers.models." + type);
        return module;
    }

    private static Map<String, Object> poolingConfig(Pooling pooling, long width) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("word_embedding_dimension", width);
        config.put("pooling_mode_cls_token", pooling == Pooling.CLS);
        config.put("pooling_mode_mean_tokens", pooling == Pooling.MEAN);
        config.put("pooling_mode_max_tokens", pooling == Pooling.MAX);
        config.put("pooling_mode_mean_sqrt_len_tokens", pooling == Pooling.MEAN_SQRT_LEN);
        config.put("pooling_mode_weightedmean_tokens", pooling == Pooling.WEIGHTED_MEAN);
        config.put("pooling_mode_lasttoken", pooling == Pooling.LAST_TOKEN);
        config.put("include_prompt", true);
        return config;
    }

    private static void writeJson(Path file, Object value) throws IOException {
        Files.writeString(file, MAPPER.writeValueAsString(value) + "\n");
    }
}
