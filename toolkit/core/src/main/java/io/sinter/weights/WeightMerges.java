package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The weight merges that a recipe can name. */
public final class WeightMerges {

    private static final List<MethodDescription> BUILT_IN = List.of(
            Linear.DESCRIPTION,
            Slerp.DESCRIPTION,
            Nuslerp.DESCRIPTION,
            Multislerp.DESCRIPTION,
            Karcher.DESCRIPTION,
            TaskArithmetic.DESCRIPTION,
            Ties.DESCRIPTION,
            DareLinear.DESCRIPTION,
            DareTies.DESCRIPTION,
            Della.DESCRIPTION,
            DellaLinear.DESCRIPTION,
            Breadcrumbs.DESCRIPTION,
            BreadcrumbsTies.DESCRIPTION,
            Sce.DESCRIPTION,
            Ram.DESCRIPTION,
            RamplusTl.DESCRIPTION,
            ModelStock.DESCRIPTION,
            Nearswap.DESCRIPTION,
            ArceeFusion.DESCRIPTION,
            RegMean.DESCRIPTION,
            Passthrough.DESCRIPTION);

    private WeightMerges() {}

    /** All methods, in the order in which they are listed to users. */
    public static List<MethodDescription> all() {
        return BUILT_IN;
    }

    /**
     * The method of that name, in kebab-case or as mergekit writes it ({@code task_arithmetic}).
     *
     * @throws RecipeException if there is none, with those there are
     */
    public static MethodDescription named(String name) {
        String kebab = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return BUILT_IN.stream()
                .filter(d -> d.name().equals(kebab))
                .findFirst()
                .orElseThrow(() -> new RecipeException("merge method: got \"%s\", expected one of %s; the nearest is %s"
                        .formatted(
                                name,
                                BUILT_IN.stream().map(MethodDescription::name).collect(Collectors.joining(", ")),
                                nearest(kebab))));
    }

    /**
     * A merge with given parameters, and defaults for the others.
     *
     * @param values of parameters with one value; of a flag 0 or 1
     * @param perModel values of parameters with one value a model: a map for each model, empty where it has none
     * @throws IllegalArgumentException if a key is unknown, a value is out of range, one without a default is missing, or
     *     the method takes another number of models
     */
    public static WeightMerge create(
            MethodDescription method, Map<String, Double> values, List<Map<String, Double>> perModel) {
        if (perModel.size() < method.fewestModels() || perModel.size() > method.mostModels()) {
            throw new IllegalArgumentException(
                    "%s takes %s, got %d".formatted(method.name(), models(method), perModel.size()));
        }
        requireKnown(method, values, Parameter.Scope.TENSOR);
        perModel.forEach(map -> requireKnown(method, map, Parameter.Scope.MODEL));
        Map<String, Double> tensor = new HashMap<>();
        Map<String, List<Double>> models = new HashMap<>();
        for (Parameter p : method.parameters()) {
            switch (p.scope()) {
                case TENSOR -> tensor.put(p.name(), p.value(method.name(), values.get(p.name())));
                case MODEL ->
                    models.put(
                            p.name(),
                            perModel.stream()
                                    .map(map -> p.value(method.name(), map.get(p.name())))
                                    .toList());
            }
        }
        return method.maker().apply(new ParameterValues(tensor, models));
    }

    private static void requireKnown(MethodDescription method, Map<String, Double> values, Parameter.Scope scope) {
        for (String key : values.keySet()) {
            Parameter parameter = method.parameter(key)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "%s has no parameter `%s`; it has %s".formatted(method.name(), key, names(method))));
            if (parameter.scope() != scope) {
                throw new IllegalArgumentException("%s: `%s` has one value %s"
                        .formatted(method.name(), key, parameter.perModel() ? "a model" : "for all models"));
            }
        }
    }

    private static String names(MethodDescription method) {
        return method.parameters().isEmpty()
                ? "none"
                : method.parameters().stream().map(Parameter::name).collect(Collectors.joining(", "));
    }

    private static String models(MethodDescription method) {
        String base = switch (method.base()) {
            case REQUIRED -> " beside the base";
            case OPTIONAL, NONE -> "";
        };
        if (method.fewestModels() == method.mostModels()) {
            return method.fewestModels() + (method.fewestModels() == 1 ? " model" : " models") + base;
        }
        return "at least " + method.fewestModels() + (method.fewestModels() == 1 ? " model" : " models") + base;
    }

    private static String nearest(String name) {
        return BUILT_IN.stream()
                .map(MethodDescription::name)
                .min(Comparator.comparingInt(known -> distance(name, known)))
                .orElseThrow();
    }

    /** Insertions, deletions and replacements that lead from one to the other. */
    private static int distance(String from, String to) {
        List<Integer> row = new ArrayList<>();
        for (int j = 0; j <= to.length(); j++) {
            row.add(j);
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row.set(0, i);
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row.get(j);
                row.set(j, Math.min(replaced, 1 + Math.min(diagonal, row.get(j - 1))));
            }
        }
        return row.getLast();
    }
}
