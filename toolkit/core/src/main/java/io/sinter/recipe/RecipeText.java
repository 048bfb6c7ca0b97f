package io.sinter.recipe;

import io.sinter.error.RecipeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The text of a recipe, and where its values stand in it: they can be replaced, and all else, comments included, stays.
 *
 * <p>A value's path is as in messages: {@code models[0].parameters.weight}; in a file of several documents the document's
 * number stands before it: {@code [1].parameters.weight}. {@code -} and {@code _} are the same.
 */
public final class RecipeText {

    /**
     * A value.
     *
     * @param path of its keys
     * @param from first of its characters in the text
     * @param to behind the last one
     * @param value as it reads, without quotes
     */
    public record Spot(String path, int from, int to, String value) {}

    private final String file;
    private final String text;
    private final SequencedMap<String, Spot> spots = new LinkedHashMap<>();

    private RecipeText(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * Reads a text.
     *
     * @param file name for messages
     * @throws RecipeException if it is no YAML
     */
    public static RecipeText of(String file, String text) {
        RecipeText read = new RecipeText(file, text);
        YamlReader.spots(file, text).forEach(spot -> read.spots.put(canonical(spot.path()), spot));
        return read;
    }

    /** The text. */
    public String text() {
        return text;
    }

    /** Name for messages. */
    public String file() {
        return file;
    }

    /** All values, in order. */
    public List<Spot> spots() {
        return List.copyOf(spots.values());
    }

    /** The value of a path, if there is one. */
    public Optional<Spot> find(String path) {
        return Optional.ofNullable(spots.get(canonical(path)));
    }

    /** The values of the list of a path, in order; empty if it is no list of values. */
    public List<Spot> elements(String path) {
        List<Spot> elements = new ArrayList<>();
        Optional<Spot> next = find(path + "[0]");
        while (next.isPresent()) {
            elements.add(next.get());
            next = find("%s[%d]".formatted(path, elements.size()));
        }
        return elements;
    }

    /**
     * The text with other values.
     *
     * @param values YAML for some of its spots
     */
    public String with(Map<Spot, String> values) {
        StringBuilder changed = new StringBuilder(text);
        values.entrySet().stream()
                .sorted(Comparator.<Map.Entry<Spot, String>>comparingInt(
                                e -> e.getKey().from())
                        .reversed())
                .forEach(e -> changed.replace(e.getKey().from(), e.getKey().to(), e.getValue()));
        return changed.toString();
    }

    private static String canonical(String path) {
        return path.replace('-', '_');
    }
}
