package io.sinter.mergekit;

import io.sinter.recipe.Place;
import io.sinter.tensor.DType;
import io.sinter.weights.MethodDescription;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * One merge of whole models: a document of a recipe.
 *
 * @param place where it begins
 * @param name by which other documents take its result; null for the last
 * @param method of merging
 * @param slices of the result, in order
 * @param base the model that the others are compared with, or null
 * @param parameters where neither a source nor a slice says otherwise
 * @param tokenizer which tokens the result has, or null for the base's as they are
 * @param dtype of the result's floats, or null for the base's
 * @param texts that the models are run over, where the method does that
 * @param align how units of the models are brought together before they are merged, or null for not at all
 * @param seed of methods that draw random numbers
 * @param notes what a user should know
 */
public record MergeStage(
        Place place,
        @Nullable String name,
        MethodDescription method,
        List<OutputSlice> slices,
        @Nullable ModelReference base,
        ParameterSet parameters,
        @Nullable TokenizerEntry tokenizer,
        @Nullable DType dtype,
        TextsEntry texts,
        @Nullable AlignEntry align,
        long seed,
        List<String> notes) {

    /** Copies the lists. */
    public MergeStage {
        slices = List.copyOf(slices);
        notes = List.copyOf(notes);
    }

    /** Every model that it names, in order, the base first. */
    public SequencedSet<ModelReference> models() {
        SequencedSet<ModelReference> models = new LinkedHashSet<>();
        if (base != null) {
            models.add(base);
        }
        slices.forEach(slice -> slice.sources().forEach(source -> models.add(source.model())));
        return models;
    }

    /** Whether it puts layers together anew. */
    public boolean isSliced() {
        return slices.stream().flatMap(s -> s.sources().stream()).anyMatch(s -> s.layers() != null);
    }
}
