package io.sinter.recipe;

import io.sinter.pooling.Pooling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a model is to learn, with the keys that belong to that. */
public sealed interface ObjectiveEntry {

    /** Tokens that are masked are to be told from those around them. */
    record MaskedLanguageModel() implements ObjectiveEntry {}

    /** Cosines of pairs of texts are to be the scores given to them. */
    record Similarity() implements ObjectiveEntry {}

    /** Vectors of pairs of texts are to point into one direction. */
    record Cosine() implements ObjectiveEntry {}

    /**
     * The second text of a pair is to be nearer to the first than the other texts of the batch. Texts without a second are
     * their own, under another dropout.
     *
     * @param temperature that cosines are divided by, above 0; 0.05 if not given
     */
    record Contrastive(@Nullable Double temperature) implements ObjectiveEntry {

        /** Checks the temperature. */
        public Contrastive {
            if (temperature != null && !(temperature > 0)) {
                throw new IllegalArgumentException("temperature: got %s, expected more than 0".formatted(temperature));
            }
        }
    }

    /**
     * The second text of three is to be nearer to the first than the third is.
     *
     * @param margin by how much; the task's usual one if not given
     */
    record Triplet(@Nullable Double margin) implements ObjectiveEntry {

        /** Checks the margin. */
        public Triplet {
            if (margin != null && !(margin > 0)) {
                throw new IllegalArgumentException("margin: got %s, expected more than 0".formatted(margin));
            }
        }
    }

    /**
     * Texts are to get the one label that is given to each.
     *
     * @param labels in the order of the scores; those of the data, sorted, if not given
     */
    record Classification(@Nullable List<String> labels) implements ObjectiveEntry {}

    /**
     * Texts are to get the labels that are given to each, as many as there are.
     *
     * @param labels in the order of the scores; those of the data, sorted, if not given
     */
    record MultiLabel(@Nullable List<String> labels) implements ObjectiveEntry {}

    /**
     * Vectors of texts are to be those that another model, or several in one graph, makes of them.
     *
     * @param teacher which
     */
    record Distillation(Teacher teacher) implements ObjectiveEntry {}

    /**
     * The model that another one learns from.
     *
     * @param model its directory, or hf:ORG/NAME, or cache:NAME
     * @param recipe that makes it, where it is not there
     * @param pooling of its token vectors, where its own files do not say
     * @param prompt before each text
     * @param layers of it whose hidden states are learned too, from 1; one for each of the student's, in order
     */
    record Teacher(
            @Nullable String model,
            @Nullable String recipe,
            @Nullable Pooling pooling,
            @Nullable String prompt,
            @Nullable List<Integer> layers) {

        /** Checks that it is one of both. */
        public Teacher {
            if ((model == null) == (recipe == null)) {
                throw new IllegalArgumentException("expected either model or recipe");
            }
        }
    }

    /** The objectives by their names in recipes. */
    static Map<String, Class<? extends ObjectiveEntry>> all() {
        Map<String, Class<? extends ObjectiveEntry>> all = new LinkedHashMap<>();
        for (Class<? extends ObjectiveEntry> type : List.of(
                MaskedLanguageModel.class,
                Similarity.class,
                Cosine.class,
                Contrastive.class,
                Triplet.class,
                Classification.class,
                MultiLabel.class,
                Distillation.class)) {
            all.put(RecordBinder.snakeCase(type.getSimpleName()), type);
        }
        return all;
    }

    /** The name in recipes. */
    default String method() {
        return RecordBinder.snakeCase(getClass().getSimpleName());
    }
}
