package io.sinter.checkpoint;

import io.sinter.error.MalformedException;
import io.sinter.error.UnsupportedException;
import io.sinter.json.StrictJson;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A LoRA adapter as PEFT saves it: {@code adapter_config.json} and {@code adapter_model.safetensors}. A weight W becomes
 * {@code W + s·B·A}, where s is α/r, or α/√r with {@code use_rslora}; transposed for embeddings and with
 * {@code fan_in_fan_out}. Tensors that it saves whole take the place of the model's.
 *
 * @param folder where it is
 * @param changes by the name of the changed tensor, as the adapter has it
 * @see <a href="https://arxiv.org/abs/2106.09685">LoRA</a>
 * @see <a href="https://huggingface.co/docs/peft/developer_guides/checkpoint">PEFT's checkpoint format</a>
 */
record LoraAdapter(Path folder, Map<String, Change> changes) {

    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final long MAX_BYTES = 16L << 20;

    /** What an adapter does to a tensor. */
    sealed interface Change {

        /** Puts another in its place. */
        record Replacement(TensorData tensor) implements Change {}

        /**
         * Adds {@code scale · left · right}.
         *
         * @param left {@code [rows, r]}
         * @param right {@code [r, columns]}
         */
        record LowRank(TensorData left, TensorData right, Layout layout, double scale) implements Change {

            /** Shape of the product. */
            List<Long> shape() {
                return switch (layout) {
                    case PLAIN -> List.of(left.dim(0), right.dim(1));
                    case TRANSPOSED -> List.of(right.dim(1), left.dim(0));
                };
            }
        }
    }

    /** Whether a weight is {@code [out, in]}, as B·A is, or {@code [in, out]}. */
    enum Layout {
        PLAIN,
        TRANSPOSED
    }

    /** Files that make it. */
    List<Path> files() {
        return List.of(folder.resolve(CONFIG), folder.resolve(WEIGHTS));
    }

    /**
     * Opens an adapter.
     *
     * @throws io.sinter.error.MissingException if a file is missing
     * @throws MalformedException if files do not fit each other
     * @throws UnsupportedException if it is an adapter of another kind
     */
    static LoraAdapter open(Path folder) {
        JsonNode config = StrictJson.object(folder.resolve(CONFIG), MAX_BYTES);
        requirePlain(folder.resolve(CONFIG), config);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS));
        Map<String, Change> changes = new LinkedHashMap<>();
        for (String key : file.names()) {
            String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
            if (name.contains(".lora_A.")) {
                String module = name.substring(0, name.indexOf(".lora_A."));
                TensorData up = partner(file, key, key.replace(".lora_A.", ".lora_B."));
                Layout layout = config.path("fan_in_fan_out").asBoolean(false) ? Layout.TRANSPOSED : Layout.PLAIN;
                changes.put(
                        module + ".weight", lowRank(file, key, up, layout, scale(config, module, file.tensor(key))));
            } else if (name.endsWith(".lora_embedding_A")) {
                String module = name.substring(0, name.length() - ".lora_embedding_A".length());
                TensorData up = partner(file, key, key.substring(0, key.length() - 1) + "B");
                double scale = scale(config, module, file.tensor(key));
                changes.put(module + ".weight", lowRank(file, key, up, Layout.TRANSPOSED, scale));
            } else if (name.contains(".lora_magnitude_vector") || name.contains(".lora_bias")) {
                throw new UnsupportedException(
                        "%s: \"%s\": only plain LoRA is supported; merge the adapter with PEFT first"
                                .formatted(file.path(), key));
            } else if (!name.contains(".lora_B.") && !name.endsWith(".lora_embedding_B")) {
                changes.put(name, new Change.Replacement(file.tensor(key)));
            }
        }
        if (changes.isEmpty()) {
            throw new MalformedException(
                    file.path() + ": no tensors of an adapter, expected names with lora_A and lora_B");
        }
        return new LoraAdapter(folder, changes);
    }

    private static void requirePlain(Path file, JsonNode config) {
        String type = config.path("peft_type").asString("");
        if (!type.equals("LORA")) {
            throw new UnsupportedException(file + ": peft_type: got \"" + type + "\", expected LORA");
        }
        if (config.path("use_dora").asBoolean(false)) {
            throw new UnsupportedException(file + ": use_dora: not supported; merge the adapter with PEFT first");
        }
        String bias = config.path("bias").asString("none");
        if (!bias.equals("none")) {
            throw new UnsupportedException(file + ": bias: got \"" + bias + "\", expected none");
        }
    }

    private static TensorData partner(SafetensorsFile file, String key, String other) {
        return file.find(other)
                .orElseThrow(
                        () -> new MalformedException("%s: \"%s\" without \"%s\"".formatted(file.path(), key, other)));
    }

    private static Change lowRank(SafetensorsFile file, String key, TensorData up, Layout layout, double scale) {
        TensorData down = file.tensor(key);
        if (down.rank() != 2 || up.rank() != 2 || down.dim(0) != up.dim(1) || down.dim(0) == 0) {
            throw new MalformedException("%s: \"%s\" is %s beside %s, expected [r, in] and [out, r]"
                    .formatted(file.path(), key, down.describe(), up.describe()));
        }
        return new Change.LowRank(up, down, layout, scale);
    }

    /** α over r, which is the number of A's rows: so {@code rank_pattern} need not be read. */
    private static double scale(JsonNode config, String module, TensorData down) {
        double alpha = config.path("lora_alpha").asDouble((double) down.dim(0));
        for (Map.Entry<String, JsonNode> pattern : config.path("alpha_pattern").properties()) {
            if (module.equals(pattern.getKey()) || module.endsWith("." + pattern.getKey())) {
                alpha = pattern.getValue().asDouble(alpha);
            }
        }
        double r = (double) down.dim(0);
        return alpha / (config.path("use_rslora").asBoolean(false) ? Math.sqrt(r) : r);
    }
}
