package io.sinter.mergekit;

import org.jspecify.annotations.Nullable;

/**
 * A model as a recipe names it.
 *
 * @param model a directory, a file, {@code hf:org/name} or {@code cache:NAME}; or the name of another document of the recipe
 * @param adapter a folder with a LoRA adapter that is added to it, or null
 */
public record ModelReference(String model, @Nullable String adapter) {

    /** Checks that something is named. */
    public ModelReference {
        if (model.isBlank() || (adapter != null && adapter.isBlank())) {
            throw new IllegalArgumentException("the model's name is empty, expected a path, or path+adapter");
        }
    }

    /** Reads {@code model} or {@code model+adapter}. */
    public static ModelReference parse(String text) {
        int plus = text.indexOf('+');
        return plus < 0
                ? new ModelReference(text, null)
                : new ModelReference(text.substring(0, plus), text.substring(plus + 1));
    }

    @Override
    public String toString() {
        return adapter == null ? model : model + "+" + adapter;
    }
}
