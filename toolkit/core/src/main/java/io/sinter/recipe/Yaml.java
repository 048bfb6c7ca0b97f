package io.sinter.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A YAML document as a tree whose parts know their line. */
public sealed interface Yaml {

    /** Where this starts. */
    Place place();

    /** What this is, for messages. */
    String kind();

    /** Keys and values, in the file's order. */
    record Mapping(Place place, SequencedMap<String, Yaml> entries) implements Yaml {
        @Override
        public String kind() {
            return "a mapping";
        }

        /** The value of a key, or null. */
        public @Nullable Yaml get(String key) {
            return entries.get(key);
        }

        /** This with its keys in snake case: {@code layer-range} and {@code layer_range} are the same key. */
        public Mapping inSnakeCase() {
            SequencedMap<String, Yaml> renamed = new LinkedHashMap<>();
            entries.forEach((key, value) -> {
                if (renamed.put(key.replace('-', '_'), value) != null) {
                    throw value.place().error("is given twice, with - and with _; give it once");
                }
            });
            return new Mapping(place, renamed);
        }

        /** This without some keys. */
        public Mapping without(List<String> keys) {
            SequencedMap<String, Yaml> rest = new LinkedHashMap<>(entries);
            keys.forEach(rest::remove);
            return new Mapping(place, rest);
        }

        /** This with some keys only. */
        public Mapping only(List<String> keys) {
            SequencedMap<String, Yaml> some = new LinkedHashMap<>();
            for (Map.Entry<String, Yaml> e : entries.entrySet()) {
                if (keys.contains(e.getKey())) {
                    some.put(e.getKey(), e.getValue());
                }
            }
            return new Mapping(place, some);
        }
    }

    /** Values in order. */
    record Sequence(Place place, List<Yaml> elements) implements Yaml {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** One value, as text. */
    record Scalar(Place place, String text) implements Yaml {
        @Override
        public String kind() {
            return "\"" + text + "\"";
        }
    }
}
