package io.sinter.mergekit;

import io.sinter.recipe.Nearest;
import io.sinter.recipe.Place;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.Yaml;
import java.util.List;

/**
 * How the units of all models are brought to the places of the first one's before they are merged: Sinter's own key
 * {@code align}.
 *
 * @param place where the recipe says it
 * @param by what units are compared
 */
public record AlignEntry(Place place, By by) {

    /** What units are compared by. */
    public enum By {
        /** Their weights. */
        WEIGHTS
    }

    /** {@code {by: weights}}. */
    record Keys(Yaml by) {}

    /** Reads the key. */
    static AlignEntry read(Yaml yaml) {
        Keys keys = RecordBinder.bind(yaml, Keys.class);
        List<String> known = List.of("weights");
        if (keys.by instanceof Yaml.Scalar(Place place, String text)) {
            if (text.equals("weights")) {
                return new AlignEntry(yaml.place(), By.WEIGHTS);
            }
            throw place.error("got \"%s\"; %s".formatted(text, Nearest.hint(text, known)));
        }
        throw keys.by.place().error("got %s, expected weights".formatted(keys.by.kind()));
    }
}
