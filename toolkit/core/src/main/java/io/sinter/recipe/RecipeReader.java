package io.sinter.recipe;

import io.sinter.combine.CombineMethod;
import io.sinter.error.RecipeException;
import io.sinter.missing.MissingMethods;
import io.sinter.missing.MissingRows;
import io.sinter.missing.Omp;
import io.sinter.recipe.CombineEntry.ParametersEntry;
import io.sinter.vocabulary.Add;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads recipes. */
public final class RecipeReader {

    private static final List<String> COMMON_KEYS =
            List.of("level", "method", "normalize_sources", "centre_sources", "parameters", "init", "seed");

    private static final String METHOD = "method";

    private RecipeReader() {}

    /**
     * Reads a recipe from a file.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws RecipeException if it is no recipe, with line and key
     */
    public static Recipe read(Path file) {
        return parse(file, YamlReader.text(file));
    }

    /** Reads a recipe from a text; {@code file} is where relative paths start from, and named in messages. */
    public static Recipe parse(Path file, String text) {
        Yaml yaml = YamlReader.parse(String.valueOf(file.getFileName()), text);
        Top top = RecordBinder.bind(yaml, Top.class);
        checkModels(yaml.place(), top);
        CombineEntry combine = combine(top.combine);
        checkLevel(yaml, combine.level());
        BodyEntry body = body(yaml.place(), top);
        return new Recipe(
                file,
                text,
                top.models,
                body,
                vocabulary(top, body),
                dimension(top),
                combine,
                top.fit,
                top.mode == null ? Recipe.Mode.BAKE : top.mode,
                top.output == null ? OutputEntry.defaults() : top.output,
                top.train == null ? null : TrainEntry.read(top.train));
    }

    /** The top level as it is written. */
    record Top(
            List<ModelEntry> models,
            @Nullable Yaml body,
            VocabularyEntry.@Nullable Keys vocabulary,
            @Nullable Yaml dimension,
            Yaml combine,
            @Nullable FitEntry fit,
            Recipe.@Nullable Mode mode,
            @Nullable OutputEntry output,
            @Nullable Yaml train) {}

    /** What every combiner takes besides its own keys. */
    record Common(
            CombineEntry.@Nullable Level level,
            String method,
            boolean normalizeSources,
            boolean centreSources,
            @Nullable Yaml parameters,
            @Nullable Init init,
            @Nullable Long seed) {}

    /** A body that is not one of the models. */
    record NewBody(NewWeights init, String config, Long seed) {}

    /** What every way to make missing rows takes besides its own keys. */
    record Method(String method) {}

    /** What every way to a width takes besides its own keys. */
    record Width(String to, String by) {}

    private enum NewWeights {
        RANDOM
    }

    private enum Init {
        AVERAGE,
        RANDOM
    }

    /** A safetensors file, the long way. */
    record ParametersFile(String file, @Nullable String prefix) {}

    private static void checkModels(Place place, Top top) {
        Place models = place.key("models", place.line());
        if (top.models.isEmpty()) {
            throw models.error("is empty, expected one model or more");
        }
        Set<String> names = new HashSet<>();
        for (ModelEntry model : top.models) {
            if (!names.add(model.name())) {
                throw models.error("two models are called \"%s\"; give one another name".formatted(model.name()));
            }
        }
    }

    /** Refuses keys that mean nothing at the level at which vectors are combined. */
    private static void checkLevel(Yaml yaml, CombineEntry.Level level) {
        switch (level) {
            case TABLE -> {
                refuse(
                        yaml,
                        List.of("output", "classifier"),
                        "stands on encoders' vectors, but tables are combined; use combine: {level: sentence}");
                refuse(
                        yaml,
                        List.of("fit"),
                        "is of encoders' vectors; tables are fitted on the tokens that the models share: remove it");
                refuse(
                        yaml,
                        List.of("combine", "centre_sources"),
                        "is of encoders' vectors, but tables are combined; use combine: {level: sentence}");
            }
            case TOKEN -> refuseTableKeys(yaml, level);
            case SENTENCE -> {
                refuseTableKeys(yaml, level);
                refuse(
                        yaml,
                        List.of("output", "pooling"),
                        "at level sentence every model pools its own tokens; give pooling: to each of models:");
            }
        }
    }

    private static void refuseTableKeys(Yaml yaml, CombineEntry.Level level) {
        String why =
                "is of merged tables, but at level %s every model keeps its own table, tokens and encoder; remove it, or use combine: {level: table}"
                        .formatted(level.label());
        refuse(yaml, List.of("body"), why);
        refuse(yaml, List.of("vocabulary"), why);
        refuse(yaml, List.of("mode"), why);
        refuse(yaml, List.of("output", "word_vectors"), why);
    }

    private static void refuse(Yaml yaml, List<String> path, String why) {
        @Nullable Yaml at = yaml;
        for (String key : path) {
            at = at instanceof Yaml.Mapping mapping ? mapping.get(key) : null;
        }
        if (at != null) {
            throw at.place().error(why);
        }
    }

    /** A model's name, {@code {merge, models, …}}, or {@code {init: random, config, seed}}. */
    private static @Nullable BodyEntry body(Place place, Top top) {
        if (top.body == null) {
            return null;
        }
        if (top.body instanceof Yaml.Scalar scalar) {
            List<String> names = top.models.stream().map(ModelEntry::name).toList();
            if (!names.contains(scalar.text())) {
                throw place.key("body", place.line())
                        .error("there is no model \"%s\"; %s, or union, or intersection"
                                .formatted(scalar.text(), Nearest.hint(scalar.text(), names)));
            }
            return new BodyEntry.Model(scalar.text());
        }
        if (top.body instanceof Yaml.Mapping mapping && mapping.get("merge") != null) {
            return MergedBody.read(mapping, top.models);
        }
        NewBody body = RecordBinder.bind(top.body, NewBody.class);
        return switch (body.init) {
            case RANDOM -> new BodyEntry.New(body.config, body.seed);
        };
    }

    private static CombineEntry combine(Yaml yaml) {
        Yaml.Mapping mapping = mapping(yaml, "method: and its settings");
        Common common = RecordBinder.bind(mapping.only(COMMON_KEYS), Common.class);
        CombineMethod combiner = new Choice<CombineMethod>(METHOD, CombineMethod.all(), COMMON_KEYS).bind(mapping);
        CombineEntry.Level level = common.level == null ? CombineEntry.Level.TABLE : common.level;
        return new CombineEntry(
                level, combiner, common.normalizeSources, common.centreSources, parameters(mapping.place(), common));
    }

    private static @Nullable DimensionEntry dimension(Top top) {
        if (top.dimension == null) {
            return null;
        }
        Yaml.Mapping mapping = mapping(top.dimension, "to: and by:");
        Width width = RecordBinder.bind(mapping.only(List.of("to", "by")), Width.class);
        return new DimensionEntry(width.to, new Choice<>("by", WidthMethod.all(), List.of("to")).bind(mapping));
    }

    private static @Nullable VocabularyEntry vocabulary(Top top, @Nullable BodyEntry body) {
        VocabularyEntry.Keys keys = top.vocabulary;
        if (keys == null) {
            return null;
        }
        List<String> names = top.models.stream().map(ModelEntry::name).toList();
        String from = keys.from() == null ? usualVocabulary(top, body) : keys.from();
        if (!names.contains(from)
                && !from.equals(VocabularyEntry.UNION)
                && !from.equals(VocabularyEntry.INTERSECTION)) {
            throw new RecipeException(
                    "vocabulary: from: there is no model \"%s\"; %s".formatted(from, Nearest.hint(from, names)));
        }
        return new VocabularyEntry(
                from,
                keys.missing() == null ? new Omp(null) : missing(keys.missing()),
                keys.add() == null ? Add.UNCOVERED : keys.add(),
                keys.minCoverage() == null ? VocabularyEntry.USUAL_COVERAGE : keys.minCoverage(),
                keys.align() == null ? VocabularyEntry.Align.VOCABULARY : keys.align());
    }

    /** The body's, else the first model's. */
    private static String usualVocabulary(Top top, @Nullable BodyEntry body) {
        return switch (body) {
            case BodyEntry.Model(String name) -> name;
            case BodyEntry.Merged(String name, Yaml.Mapping merge) -> name;
            case BodyEntry.New fresh -> top.models.getFirst().name();
            case null -> top.models.getFirst().name();
        };
    }

    private static MissingRows missing(Yaml yaml) {
        return new Choice<>(METHOD, MissingMethods.all(), List.of()).bind(mapping(yaml, "method:"));
    }

    private static Yaml.Mapping mapping(Yaml yaml, String keys) {
        if (yaml instanceof Yaml.Mapping mapping) {
            return mapping.inSnakeCase();
        }
        throw yaml.place().error("got " + yaml.kind() + ", expected a mapping with " + keys);
    }

    private static @Nullable ParametersEntry parameters(Place place, Common common) {
        if (common.parameters != null && common.init != null) {
            throw place.error("has both parameters and init; give one");
        }
        if (common.seed != null && common.init != Init.RANDOM) {
            throw place.error("has a seed, which only init: random takes");
        }
        if (common.parameters != null) {
            return parametersFile(common.parameters);
        }
        if (common.init == null) {
            return null;
        }
        return switch (common.init) {
            case AVERAGE -> new ParametersEntry.Average();
            case RANDOM -> {
                if (common.seed == null) {
                    throw place.error("init: random needs a seed, so that the same recipe gives the same model");
                }
                yield new ParametersEntry.Random(common.seed);
            }
        };
    }

    /** A safetensors file, given as its path or as {@code {file, prefix}}. */
    public static ParametersEntry.File parametersFile(Yaml yaml) {
        if (yaml instanceof Yaml.Scalar scalar) {
            return new ParametersEntry.File(scalar.text(), "");
        }
        ParametersFile file = RecordBinder.bind(yaml, ParametersFile.class);
        return new ParametersEntry.File(file.file, file.prefix == null ? "" : file.prefix);
    }
}
