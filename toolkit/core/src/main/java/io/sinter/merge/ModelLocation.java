package io.sinter.merge;

import io.sinter.cache.CacheDirectory;
import io.sinter.error.MissingException;
import io.sinter.recipe.ModelEntry;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a model that somebody names is. */
public final class ModelLocation {

    private ModelLocation() {}

    /**
     * The path of a model.
     *
     * @param name a path, or {@code cache:NAME} for a model that the build put into Sinter's cache
     * @param folder where relative paths start
     * @throws MissingException if the cache has no such model
     */
    public static Path resolve(String name, Path folder) {
        if (!name.startsWith(ModelEntry.CACHE_PREFIX)) {
            return folder.resolve(name);
        }
        Path models = CacheDirectory.standard().root().resolve("models");
        Path model =
                models.resolve(name.substring(ModelEntry.CACHE_PREFIX.length())).normalize();
        if (!model.startsWith(models) || !Files.isDirectory(model)) {
            throw new MissingException(
                    "%s: not in the cache %s; building Sinter puts the demo's models there (mvn package)"
                            .formatted(name, models));
        }
        return model;
    }
}
