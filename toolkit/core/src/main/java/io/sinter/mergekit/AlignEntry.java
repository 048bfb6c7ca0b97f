package io.sinter.mergekit;

import io.sinter.mergekit.TextsEntry.Source;
import io.sinter.recipe.Nearest;
import io.sinter.recipe.Place;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.Yaml;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the units of all models are brought to the places of the first one's before they are merged: Sinter's own key
 * {@code align}.
 *
 * @param place where the recipe says it
 * @param by what units are compared
 */
public record AlignEntry(Place place, By by) {

    private static final String WEIGHTS = "weights";
    private static final String ACTIVATIONS = "activations";

    /** What units are compared by. */
    public sealed interface By {}

    /** Their weights. */
    public record Weights() implements By {}

    /**
     * What they are in texts.
     *
     * @param texts a file, one a line
     */
    public record Activations(Source texts) implements By {}

    /** The texts that models are run over. */
    public Optional<Source> texts() {
        return switch (by) {
            case Weights weights -> Optional.empty();
            case Activations(Source texts) -> Optional.of(texts);
        };
    }

    /** {@code {by: weights}}, or {@code {by: activations, texts: FILE}}. */
    record Keys(Yaml by, @Nullable Yaml texts) {}

    /** Reads the key. */
    static AlignEntry read(Yaml yaml) {
        Keys keys = RecordBinder.bind(yaml, Keys.class);
        if (keys.by instanceof Yaml.Scalar scalar) {
            return new AlignEntry(yaml.place(), by(yaml, keys, scalar));
        }
        throw keys.by.place().error("got %s, expected weights or activations".formatted(keys.by.kind()));
    }

    private static By by(Yaml yaml, Keys keys, Yaml.Scalar how) {
        return switch (how.text()) {
            case WEIGHTS -> weights(keys);
            case ACTIVATIONS -> activations(yaml, keys);
            default ->
                throw how.place()
                        .error("got \"%s\"; %s"
                                .formatted(how.text(), Nearest.hint(how.text(), List.of(WEIGHTS, ACTIVATIONS))));
        };
    }

    private static Weights weights(Keys keys) {
        if (keys.texts != null) {
            throw keys.texts
                    .place()
                    .error("weights are compared without texts; remove the key, or say by: activations");
        }
        return new Weights();
    }

    private static Activations activations(Yaml yaml, Keys keys) {
        if (keys.texts == null) {
            throw yaml.place().error("activations are those in texts; add \"texts: FILE\", a text a line");
        }
        return new Activations(TextsReader.source(keys.texts));
    }
}
