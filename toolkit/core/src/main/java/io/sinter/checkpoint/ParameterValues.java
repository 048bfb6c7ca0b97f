package io.sinter.checkpoint;

import io.sinter.mergekit.MergeStage;
import io.sinter.mergekit.OutputSlice;
import io.sinter.mergekit.ParameterSet;
import io.sinter.mergekit.SliceSource;
import io.sinter.mergekit.TensorPlace;
import io.sinter.weights.Parameter;
import io.sinter.weights.WeightMerge;
import io.sinter.weights.WeightMerges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The parameters of one tensor. What is said nearest to a source holds: {@code slices.sources}, then {@code slices}, then
 * {@code models}, then the recipe's own {@code parameters}.
 *
 * @param stage the merge
 * @param slice that the tensor is of
 */
record ParameterValues(MergeStage stage, OutputSlice slice) {

    /**
     * The method with the parameters of a tensor.
     *
     * @param counted the sources that are not the base
     * @throws io.sinter.error.RecipeException if a value is missing or out of range
     */
    WeightMerge merge(TensorPlace tensor, List<SliceSource> counted) {
        Map<String, Double> values = new LinkedHashMap<>();
        List<Map<String, Double>> perModel = new ArrayList<>();
        counted.forEach(source -> perModel.add(new LinkedHashMap<>()));
        for (Parameter parameter : stage.method().parameters()) {
            if (parameter.perModel()) {
                for (int i = 0; i < counted.size(); i++) {
                    put(parameter, tensor, perModel.get(i), counted.get(i).parameters());
                }
            } else {
                put(parameter, tensor, values, ParameterSet.EMPTY);
            }
        }
        try {
            return WeightMerges.create(stage.method(), values, perModel);
        } catch (IllegalArgumentException e) {
            throw stage.place().error("tensor \"%s\": %s".formatted(tensor.name(), e.getMessage()));
        }
    }

    private void put(Parameter parameter, TensorPlace tensor, Map<String, Double> values, ParameterSet own) {
        Stream.of(own, slice.parameters(), stage.parameters())
                .map(level -> level.at(parameter.name(), tensor))
                .filter(OptionalDouble::isPresent)
                .findFirst()
                .ifPresent(value -> values.put(parameter.name(), value.getAsDouble()));
    }
}
