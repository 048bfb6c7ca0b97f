package io.sinter.recipe;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A linear classifier on top of combined vectors: logits = W·x + b. Either its parameters and labels are given, or the
 * rows that it learns both of.
 *
 * @param parameters a safetensors file, relative to the recipe, with {@code weight} {@code [labels, width]} and
 *     {@code bias} {@code [labels]}; null where it is learned
 * @param prefix what the names start with there, or null for nothing
 * @param labels in the order of the logits; none where it is learned
 * @param learn the rows, or null where parameters are given
 */
public record ClassifierEntry(
        @Nullable String parameters,
        @Nullable String prefix,
        @Nullable List<String> labels,
        @Nullable Learn learn) {

    /**
     * Rows that a classifier is fitted on, by logistic regression.
     *
     * @param data a file, relative to the recipe, of lines {@code label<TAB>text}; of encoders of texts and pictures
     *     {@code label<TAB>text<TAB>picture}, either of which may be empty
     * @param strengths how close to the rows it may come; cross-validation picks one
     * @param folds of cross-validation; 0 for none, with one strength
     * @param seed of the folds
     * @param multiLabel whether a line has any number of labels, with commas between
     */
    public record Learn(
            String data,
            @Nullable List<Double> strengths,
            @Nullable Integer folds,
            @Nullable Long seed,
            boolean multiLabel) {}

    /** Checks that there is either, and the labels. */
    public ClassifierEntry {
        labels = labels == null ? List.of() : List.copyOf(labels);
        if ((parameters == null) == (learn == null)) {
            throw new IllegalArgumentException(
                    "classifier: expected either parameters: and labels:, or learn: {data: FILE.tsv}");
        }
        if (learn != null && (prefix != null || !labels.isEmpty())) {
            throw new IllegalArgumentException(
                    "classifier: prefix and labels are of parameters; what is learned has the labels of its rows");
        }
        if (learn == null && (labels.isEmpty() || new HashSet<>(labels).size() != labels.size())) {
            throw new IllegalArgumentException("labels: got %s, expected one or more, each once".formatted(labels));
        }
    }

    /** In the order of the logits; none where they are learned. */
    @Override
    public List<String> labels() {
        return labels == null ? List.of() : labels;
    }
}
