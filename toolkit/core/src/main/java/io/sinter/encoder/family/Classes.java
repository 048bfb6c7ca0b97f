package io.sinter.encoder.family;

import io.sinter.encoder.Settings;

/** The classes of a classification head. */
final class Classes {

    private Classes() {}

    /** How many: the entries of {@code id2label}, else {@code num_labels}, else 2 as in transformers. */
    static long count(Settings config) {
        return config.has("id2label") ? config.raw("id2label").size() : config.size("num_labels", 2);
    }
}
