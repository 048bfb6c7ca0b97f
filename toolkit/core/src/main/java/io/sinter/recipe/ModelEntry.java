package io.sinter.recipe;

import io.sinter.hub.HubModel;
import io.sinter.pooling.Pooling;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One model of a recipe.
 *
 * @param name that the rest of the recipe calls it by; by default the last part of the path, without extension
 * @param model a directory in Hugging Face layout, an .onnx file with tokenizer.json beside it, a .safetensors file, word
 *     vectors, {@code hf:org/name[@revision]} for a model of a hub, or {@code cache:NAME} for one that the build put into
 *     Sinter's cache
 * @param tensor the table's name in a .safetensors file
 * @param pooling how this model makes one vector of a sentence, where its own files do not say
 * @param prompt text put before each sentence, such as {@code "query: "}
 * @param tower of a model of texts and pictures, the part that is meant
 */
public record ModelEntry(
        @Nullable String name,
        String model,
        @Nullable String tensor,
        @Nullable Pooling pooling,
        @Nullable String prompt,
        @Nullable Tower tower) {

    /** A part of a model of texts and pictures. */
    public enum Tower {
        /** That for texts. */
        TEXT,
        /** That for pictures. */
        IMAGE
    }

    /** Prefix of models in Sinter's cache. */
    public static final String CACHE_PREFIX = "cache:";

    /** Fills in the name. */
    public ModelEntry {
        if (model.isBlank()) {
            throw new IllegalArgumentException("model is empty, expected a path");
        }
        if (name == null) {
            name = lastPart(model).replaceFirst("\\.(onnx|safetensors|(vec|txt|bin|w2v)(\\.gz)?)$", "");
        }
    }

    private static String lastPart(String model) {
        if (HubModel.isNamedSo(model)) {
            return HubModel.parse(model).shortName();
        }
        return model.startsWith(CACHE_PREFIX)
                ? model.substring(CACHE_PREFIX.length())
                : String.valueOf(Path.of(model).getFileName());
    }

    /** What the rest of the recipe calls it. */
    @Override
    public String name() {
        return name == null ? "" : name;
    }

    /** The same model at another place. */
    public ModelEntry at(Path place) {
        return new ModelEntry(name, place.toString(), tensor, pooling, prompt, tower);
    }
}
