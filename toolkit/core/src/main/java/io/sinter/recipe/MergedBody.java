package io.sinter.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code body: {merge: METHOD, …}}: a document of mergekit's under shorter names, with the recipe's own models. */
final class MergedBody {

    private MergedBody() {}

    /** The section as it is written. */
    record Keys(
            Yaml merge,
            @Nullable Yaml models,
            @Nullable Yaml slices,
            @Nullable Yaml base,
            @Nullable Yaml parameters,
            @Nullable Yaml dtype,
            @Nullable Yaml outDtype,
            @Nullable Yaml randomSeed,
            @Nullable Yaml texts) {}

    /**
     * Reads it. Without {@code models} and {@code slices}, all models of the recipe but the base are merged.
     *
     * @throws io.sinter.error.RecipeException if a key is unknown, or none of its models is one of the recipe's
     */
    static BodyEntry.Merged read(Yaml.Mapping section, List<ModelEntry> recipe) {
        Keys keys = RecordBinder.bind(section, Keys.class);
        Yaml models = keys.models == null && keys.slices == null ? all(section.place(), keys, recipe) : keys.models;
        SequencedMap<String, Yaml> document = new LinkedHashMap<>();
        put(document, "merge_method", keys.merge);
        put(document, "models", models == null ? null : withKeys(models));
        put(document, "slices", keys.slices);
        put(document, "base_model", keys.base);
        put(document, "parameters", keys.parameters);
        put(document, "dtype", keys.dtype);
        put(document, "out_dtype", keys.outDtype);
        put(document, "random_seed", keys.randomSeed);
        put(document, "texts", keys.texts);
        Yaml.Mapping merge = new Yaml.Mapping(section.place(), document);
        return new BodyEntry.Merged(tokensOf(merge, recipe), merge);
    }

    private static void put(SequencedMap<String, Yaml> document, String key, @Nullable Yaml value) {
        if (value != null) {
            document.put(key, value);
        }
    }

    private static Yaml all(Place place, Keys keys, List<ModelEntry> recipe) {
        return new Yaml.Sequence(
                place,
                recipe.stream()
                        .filter(model -> !(keys.base instanceof Yaml.Scalar base
                                && base.text().equals(model.name())))
                        .<Yaml>map(model -> new Yaml.Scalar(place, model.name()))
                        .toList());
    }

    /** A bare name is short for {@code {model: NAME}}. */
    private static Yaml withKeys(Yaml models) {
        if (!(models instanceof Yaml.Sequence(Place place, List<Yaml> elements))) {
            throw models.place().error("got " + models.kind() + ", expected a list of models");
        }
        List<Yaml> mappings = new ArrayList<>();
        for (Yaml element : elements) {
            mappings.add(
                    element instanceof Yaml.Scalar name
                            ? new Yaml.Mapping(name.place(), new LinkedHashMap<>(Map.of("model", name)))
                            : element);
        }
        return new Yaml.Sequence(place, mappings);
    }

    /** The first of the merge's models, the base before the others, that is one of the recipe's. */
    private static String tokensOf(Yaml.Mapping merge, List<ModelEntry> recipe) {
        List<String> own = recipe.stream().map(ModelEntry::name).toList();
        List<String> named = named(merge).toList();
        return named.stream()
                .filter(own::contains)
                .findFirst()
                .orElseThrow(() -> merge.place()
                        .error(
                                "merges %s, of which none is among the recipe's models (%s); name one of them, so that it is known whose tokens and table the body has"
                                        .formatted(String.join(", ", named), String.join(", ", own))));
    }

    private static Stream<String> named(Yaml.Mapping merge) {
        return Stream.of(name(merge.get("base_model")), names(merge.get("models")), names(merge.get("slices")))
                .flatMap(s -> s);
    }

    /** Of a list of models, or of slices with lists of models. */
    private static Stream<String> names(@Nullable Yaml list) {
        return list instanceof Yaml.Sequence(Place place, List<Yaml> elements)
                ? elements.stream()
                        .filter(Yaml.Mapping.class::isInstance)
                        .map(Yaml.Mapping.class::cast)
                        .flatMap(m -> Stream.concat(name(m.get("model")), names(m.get("sources"))))
                : Stream.empty();
    }

    /** Without the adapter that may be added to it. */
    private static Stream<String> name(@Nullable Yaml model) {
        return model instanceof Yaml.Scalar(Place place, String text)
                ? Stream.of(text.indexOf('+') < 0 ? text : text.substring(0, text.indexOf('+')))
                : Stream.empty();
    }
}
