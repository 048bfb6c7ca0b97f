package io.sinter.mergekit;

import io.sinter.hub.HubModel;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.Yaml;
import org.jspecify.annotations.Nullable;

/** Reads the names of models. */
final class ModelReader {

    private ModelReader() {}

    /** The long form. */
    record Keys(Yaml model, @Nullable Yaml lora) {}

    /** A path in the long form. */
    record PathKeys(String path, @Nullable String revision) {}

    /** A model, as {@code path}, {@code path+adapter} or {@code {model: {path}, lora: {path}}}. */
    static ModelReference read(Yaml yaml) {
        try {
            if (yaml instanceof Yaml.Scalar scalar) {
                return ModelReference.parse(scalar.text());
            }
            Keys keys = RecordBinder.bind(yaml, Keys.class);
            return new ModelReference(path(keys.model), keys.lora == null ? null : path(keys.lora));
        } catch (IllegalArgumentException e) {
            throw yaml.place().error(String.valueOf(e.getMessage()));
        }
    }

    private static String path(Yaml yaml) {
        if (yaml instanceof Yaml.Scalar scalar) {
            return scalar.text();
        }
        PathKeys keys = RecordBinder.bind(yaml, PathKeys.class);
        if (keys.revision == null) {
            return keys.path;
        }
        if (!HubModel.isNamedSo(keys.path) || keys.path.contains("@")) {
            throw yaml.place()
                    .error(
                            "revision: got %s of %s, but only models of a hub have revisions; write {path: hf:ORG/NAME, revision: %s}"
                                    .formatted(keys.revision, keys.path, keys.revision));
        }
        return keys.path + "@" + keys.revision;
    }
}
