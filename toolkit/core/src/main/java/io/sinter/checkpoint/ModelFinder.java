package io.sinter.checkpoint;

import io.sinter.hub.Wanted;
import java.nio.file.Path;
import java.util.Map;

/** Finds the models that a recipe names. */
@FunctionalInterface
public interface ModelFinder {

    /**
     * The path of a model.
     *
     * @param name as in a recipe
     * @param folder where relative paths start
     * @param wanted what of a hub's model is needed
     * @throws io.sinter.error.MissingException if there is none
     */
    Path find(String name, Path folder, Wanted wanted);

    /** The same, where some models have names of their own: {@code names} to what they stand for. */
    default ModelFinder withNames(Map<String, String> names) {
        return (name, folder, wanted) -> find(names.getOrDefault(name, name), folder, wanted);
    }
}
