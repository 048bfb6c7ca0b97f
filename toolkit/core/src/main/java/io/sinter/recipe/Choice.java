package io.sinter.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Binds a mapping in which one key names a record, whose components are the other keys: {@code {method: omp, k: 64}}.
 *
 * @param key the key with the name
 * @param known the records by name
 * @param common keys that do not belong to the record
 */
record Choice<T>(String key, Map<String, Class<? extends T>> known, List<String> common) {

    /**
     * Binds.
     *
     * @throws io.sinter.error.RecipeException if the name is unknown, or a key is neither the record's nor common
     */
    T bind(Yaml.Mapping mapping) {
        Yaml name = mapping.get(key);
        if (name == null) {
            throw mapping.place().error("needs the key \"%s\": %s".formatted(key, String.join(", ", known.keySet())));
        }
        if (!(name instanceof Yaml.Scalar scalar)) {
            throw name.place().error("got " + name.kind() + ", expected one of " + String.join(", ", known.keySet()));
        }
        Class<? extends T> type = known.get(scalar.text());
        if (type == null) {
            throw mapping.place()
                    .error("unknown %s \"%s\"; %s"
                            .formatted(key, scalar.text(), Nearest.hint(scalar.text(), known.keySet())));
        }
        return type.cast(RecordBinder.bind(own(mapping, type), type.asSubclass(Record.class)));
    }

    private Yaml.Mapping own(Yaml.Mapping mapping, Class<? extends T> type) {
        List<String> others = new ArrayList<>(common);
        others.add(key);
        Yaml.Mapping own = mapping.without(others);
        List<String> keys = new ArrayList<>(RecordBinder.keys(type.asSubclass(Record.class)));
        keys.addAll(others);
        for (Map.Entry<String, Yaml> entry : own.entries().entrySet()) {
            if (!keys.contains(entry.getKey())) {
                throw entry.getValue().place().error("unknown key; " + Nearest.hint(entry.getKey(), keys));
            }
        }
        return own;
    }
}
