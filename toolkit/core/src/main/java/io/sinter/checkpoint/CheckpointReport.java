package io.sinter.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a merge of whole models did, in numbers.
 *
 * @param output where
 * @param method of merging
 * @param tensors written
 * @param parameters elements of all of them
 * @param dtype of the floats
 * @param models how the result compares with each model that went in
 * @param layers the same by layer, in the order of the names
 * @param bytesPerSecond of the result, while it was merged and written
 * @param files written, with their sizes
 * @param milliseconds wall time of each step
 * @param notes what a user should know
 */
public record CheckpointReport(
        String output,
        String method,
        int tensors,
        long parameters,
        String dtype,
        List<Parent> models,
        Map<String, List<Parent>> layers,
        @JsonProperty("bytes_per_second") long bytesPerSecond,
        Map<String, Long> files,
        Map<String, Long> milliseconds,
        List<String> notes) {

    /**
     * The result beside one model. Of tensors of more than 2048 elements the first 2048 of each 262,144 are looked at, and stand
     * for the others.
     *
     * @param name of the model
     * @param cosine between the weights, as one long vector
     * @param distance {@code |result − model| / |model|}
     */
    public record Parent(String name, double cosine, double distance) {}

    /** The same with what is known in the end. */
    CheckpointReport finished(Map<String, Long> written, Map<String, Long> took, List<String> told) {
        return new CheckpointReport(
                output, method, tensors, parameters, dtype, models, layers, bytesPerSecond, written, took, told);
    }

    /** The numbers of all layers together. */
    static List<Parent> total(Map<String, Map<String, Likeness>> layers) {
        Map<String, Likeness> sums = new LinkedHashMap<>();
        layers.values()
                .forEach(models -> models.forEach((name, likeness) ->
                        sums.computeIfAbsent(name, n -> Likeness.none(1)).add(likeness)));
        return parents(sums);
    }

    /** The numbers of each layer, layers in the order of their numbers. */
    static Map<String, List<Parent>> byLayer(Map<String, Map<String, Likeness>> layers) {
        List<String> names = new ArrayList<>(layers.keySet());
        names.sort(Comparator.comparing(CheckpointReport::stackOf).thenComparingInt(CheckpointReport::numberOf));
        Map<String, List<Parent>> result = new LinkedHashMap<>();
        names.forEach(name -> result.put(name, parents(layers.getOrDefault(name, Map.of()))));
        return result;
    }

    private static String stackOf(String layer) {
        return layer.replaceFirst("\\d+$", "");
    }

    private static int numberOf(String layer) {
        String number = layer.substring(stackOf(layer).length());
        return number.isEmpty() ? -1 : Integer.parseInt(number);
    }

    private static List<Parent> parents(Map<String, Likeness> models) {
        return models.entrySet().stream()
                .map(e -> new Parent(
                        e.getKey(), e.getValue().cosine(0), e.getValue().distance(0)))
                .toList();
    }
}
