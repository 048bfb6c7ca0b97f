package io.sinter.merge;

import io.sinter.cache.CacheDirectory;
import io.sinter.checkpoint.ModelFinder;
import io.sinter.error.MissingException;
import io.sinter.hub.Hub;
import io.sinter.hub.HubModel;
import io.sinter.hub.HubSettings;
import io.sinter.hub.Wanted;
import io.sinter.progress.Progress;
import io.sinter.recipe.ModelEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where models are that people name: by a path, by {@code cache:NAME} for one that the build put into Sinter's cache, or by
 * {@code hf:org/name[@revision]} for one of a hub.
 */
public final class ModelLocation implements ModelFinder {

    private final CacheDirectory cache;
    private final Supplier<HubSettings> settings;
    private final Progress progress;
    private @Nullable Hub hub;

    /**
     * Looks in a cache and a hub.
     *
     * @param cache Sinter's
     * @param settings of the hub where {@code hf:} leads; asked for when the first such name comes
     * @param progress hears of downloads
     */
    public ModelLocation(CacheDirectory cache, Supplier<HubSettings> settings, Progress progress) {
        this.cache = cache;
        this.settings = settings;
        this.progress = progress;
    }

    /** The user's cache, and the hub that the environment says. */
    public static ModelLocation standard() {
        return new ModelLocation(CacheDirectory.standard(), HubSettings::standard, Progress.NONE);
    }

    /** The path of a model, of which a checkpoint is preferred where a hub has a graph too: see {@link #find}. */
    public static Path resolve(String name, Path folder) {
        return standard().find(name, folder, Wanted.CHECKPOINT);
    }

    /**
     * The path of a model.
     *
     * @param name as in a recipe
     * @param folder where relative paths start
     * @param wanted what of a hub's model is needed
     * @throws MissingException if the cache or the hub has no such model
     */
    @Override
    public Path find(String name, Path folder, Wanted wanted) {
        if (HubModel.isNamedSo(name)) {
            return hub().locate(HubModel.parse(name), wanted);
        }
        if (!name.startsWith(ModelEntry.CACHE_PREFIX)) {
            return folder.resolve(name);
        }
        Path models = cache.root().resolve("models");
        Path model =
                models.resolve(name.substring(ModelEntry.CACHE_PREFIX.length())).normalize();
        if (!model.startsWith(models) || !Files.isDirectory(model)) {
            throw new MissingException(
                    "%s: not in the cache %s; building Sinter puts the demo's models there (mvn package)"
                            .formatted(name, models));
        }
        cache.use("models/" + models.relativize(model));
        return model;
    }

    private synchronized Hub hub() {
        Hub known = hub;
        if (known == null) {
            known = new Hub(settings.get(), cache, progress);
            hub = known;
        }
        return known;
    }
}
