package io.sinter.weights;

import java.util.List;
import java.util.Map;

/**
 * The values of a method's parameters, all of them there and within their ranges.
 *
 * @param tensor those with one value, by name
 * @param models those with one value a model, by name
 */
public record ParameterValues(Map<String, Double> tensor, Map<String, List<Double>> models) {

    /** Keeps the values from change. */
    public ParameterValues {
        tensor = Map.copyOf(tensor);
        models = Map.copyOf(models);
    }

    double number(String name) {
        return known(tensor, name);
    }

    boolean flag(String name) {
        return known(tensor, name) != 0;
    }

    int count(String name) {
        return (int) number(name);
    }

    List<Double> ofModels(String name) {
        return known(models, name);
    }

    private static <T> T known(Map<String, T> values, String name) {
        T value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("parameter " + name + " is not in the method's description");
        }
        return value;
    }
}
