package io.sinter.evolve;

import io.sinter.error.RecipeException;
import io.sinter.recipe.RecipeText;
import io.sinter.recipe.RecipeText.Spot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a search varies: numbers of a recipe, as one point of the unit cube.
 *
 * @param recipe that the search begins with
 * @param coordinates one a number
 */
public record Space(RecipeText recipe, List<Coordinate> coordinates) {

    /** Copies the list. */
    public Space {
        coordinates = List.copyOf(coordinates);
    }

    /**
     * One number.
     *
     * @param name its path; with its place in the list, where a list takes the number's place
     * @param spot where it goes in the text; of a list, all have the same
     * @param range of its values
     * @param start its value in the recipe
     */
    public record Coordinate(String name, Spot spot, Range range, double start) {}

    /**
     * Finds the places in a recipe.
     *
     * @throws RecipeException if one is not there, is no number or is outside its range; or none or two are the same
     */
    public static Space of(RecipeText recipe, List<SearchPlace> places) {
        if (places.isEmpty()) {
            throw new RecipeException("space: names no number of %s".formatted(recipe.file()));
        }
        List<Coordinate> coordinates = new ArrayList<>();
        Map<Spot, String> taken = new HashMap<>();
        for (SearchPlace place : places) {
            List<Coordinate> own = coordinates(recipe, place);
            own.stream().map(Coordinate::spot).distinct().forEach(spot -> {
                if (taken.put(spot, place.path()) != null) {
                    throw new RecipeException("space: %s is named twice".formatted(place.path()));
                }
            });
            coordinates.addAll(own);
        }
        return new Space(recipe, coordinates);
    }

    private static List<Coordinate> coordinates(RecipeText recipe, SearchPlace place) {
        List<Spot> elements = recipe.elements(place.path());
        if (!elements.isEmpty()) {
            if (place.gradient() != 1 && place.gradient() != elements.size()) {
                throw new RecipeException("space: %s: the recipe has %d values, but gradient=%d"
                        .formatted(place.path(), elements.size(), place.gradient()));
            }
            return elements.stream()
                    .map(spot -> new Coordinate(spot.path(), spot, place.range(), start(spot, place.range())))
                    .toList();
        }
        Spot spot = recipe.find(place.path())
                .orElseThrow(() -> new RecipeException(
                        "space: %s: %s has no such value; write one, with which the search begins; it has %s"
                                .formatted(place.path(), recipe.file(), numbers(recipe))));
        double start = start(spot, place.range());
        List<Coordinate> coordinates = new ArrayList<>();
        for (int i = 0; i < place.gradient(); i++) {
            String name = place.gradient() == 1 ? spot.path() : "%s[%d]".formatted(spot.path(), i);
            coordinates.add(new Coordinate(name, spot, place.range(), start));
        }
        return coordinates;
    }

    private static double start(Spot spot, Range range) {
        double value;
        try {
            value = Double.parseDouble(spot.value());
        } catch (NumberFormatException e) {
            throw new RecipeException(
                    "space: %s: is \"%s\" in the recipe, expected a number".formatted(spot.path(), spot.value()), e);
        }
        if (!range.contains(value)) {
            throw new RecipeException("space: %s: is %s in the recipe, outside of %s; the search begins there"
                    .formatted(spot.path(), spot.value(), range));
        }
        return value;
    }

    private static String numbers(RecipeText recipe) {
        List<String> paths = recipe.spots().stream()
                .filter(spot -> spot.value().matches("-?[0-9.]+([eE][-+]?[0-9]+)?"))
                .map(Spot::path)
                .toList();
        return paths.isEmpty() ? "no numbers" : String.join(", ", paths);
    }

    /** Where the recipe is, in the unit cube. */
    double[] start() {
        return coordinates.stream()
                .mapToDouble(c -> Math.clamp(c.range.part(c.start), 0, 1))
                .toArray();
    }

    /** The recipe's own values. */
    List<Double> own() {
        return coordinates.stream().map(Coordinate::start).toList();
    }

    /** The values at a point of the unit cube. */
    List<Double> values(double[] point) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < point.length; i++) {
            values.add(coordinates.get(i).range.at(point[i]));
        }
        return values;
    }

    /** The recipe with some values; as it is, with its own. */
    String text(List<Double> values) {
        return recipe.with(replacements(values));
    }

    /** What to put into the recipe for some values; nothing for its own. */
    Map<Spot, String> replacements(List<Double> values) {
        if (values.equals(own())) {
            return Map.of();
        }
        Map<Spot, List<String>> texts = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            Coordinate coordinate = coordinates.get(i);
            texts.computeIfAbsent(coordinate.spot, s -> new ArrayList<>()).add(coordinate.range.format(values.get(i)));
        }
        Map<Spot, String> replacements = new LinkedHashMap<>();
        texts.forEach((spot, all) ->
                replacements.put(spot, all.size() == 1 ? all.getFirst() : "[" + String.join(", ", all) + "]"));
        return replacements;
    }

    /** Names and values, for people. */
    public Map<String, Double> named(List<Double> values) {
        Map<String, Double> named = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            named.put(coordinates.get(i).name, values.get(i));
        }
        return named;
    }
}
