package io.sinter.recipe;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A linear classifier on top of combined vectors: logits = W·x + b.
 *
 * @param parameters a safetensors file, relative to the recipe, with {@code weight} {@code [labels, width]} and
 *     {@code bias} {@code [labels]}
 * @param prefix what the names start with there, or null for nothing
 * @param labels in the order of the logits
 */
public record ClassifierEntry(String parameters, @Nullable String prefix, List<String> labels) {

    /** Checks the labels. */
    public ClassifierEntry {
        labels = List.copyOf(labels);
        if (labels.isEmpty() || new HashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException("labels: got %s, expected one or more, each once".formatted(labels));
        }
    }
}
