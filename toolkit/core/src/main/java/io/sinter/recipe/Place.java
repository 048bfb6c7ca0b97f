package io.sinter.recipe;

import io.sinter.error.RecipeException;

/**
 * Where in a recipe something stands.
 *
 * @param file name of the file
 * @param line from 1
 * @param path keys from the top, such as {@code models[1].pooling}; "" at the top
 */
public record Place(String file, int line, String path) {

    /** The place of a key below this one. */
    Place key(String key, int atLine) {
        return new Place(file, atLine, path.isEmpty() ? key : path + "." + key);
    }

    /** The place of a list element below this one. */
    Place element(int index, int atLine) {
        return new Place(file, atLine, path + "[" + index + "]");
    }

    /** An error at this place. */
    public RecipeException error(String what) {
        return new RecipeException(this + ": " + what);
    }

    @Override
    public String toString() {
        return file + ":" + line + (path.isEmpty() ? "" : ": " + path);
    }
}
