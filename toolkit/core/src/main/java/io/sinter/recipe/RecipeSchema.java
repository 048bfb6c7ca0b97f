package io.sinter.recipe;

import io.sinter.combine.CombineMethod;
import io.sinter.combine.Combiners;
import io.sinter.missing.MissingMethods;
import io.sinter.weights.WeightMerges;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema of recipes, made of the records that {@link RecipeReader} binds them to, so that editors complete keys
 * and mark mistakes. What depends on several keys or on the models (a seed without {@code init: random}, widths) is
 * checked when a recipe is read or planned.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/schema">JSON Schema, draft 2020-12</a>
 */
public final class RecipeSchema {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecipeSchema() {}

    /** The schema as JSON text, with these combiners: {@link CombineMethod#builtIn}, or more. */
    public static String toJson(List<Class<? extends CombineMethod>> combiners) {
        ObjectNode top = NODES.objectNode();
        top.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        top.put("title", "A recipe of Sinter");
        top.putArray("oneOf").add(merge(combiners)).add(trainedModel());
        return MAPPER.writeValueAsString(top) + "\n";
    }

    /** A merge, and perhaps a training of what it makes. */
    private static ObjectNode merge(List<Class<? extends CombineMethod>> combiners) {
        ObjectNode schema = object(RecipeReader.Top.class);
        ObjectNode properties = (ObjectNode) schema.path("properties");
        ((ObjectNode) properties.path("models")).put("minItems", 1);
        properties.set("combine", combine(combiners));
        properties.set("dimension", choice(RecipeReader.Width.class, "by", WidthMethod.all()));
        properties.set("vocabulary", vocabulary());
        ObjectNode body = NODES.objectNode();
        body.putArray("oneOf").add(scalar(String.class)).add(mergedBody()).add(object(RecipeReader.NewBody.class));
        properties.set("body", body);
        properties.set("train", train());
        return schema;
    }

    /** A training of a model that is there. */
    private static ObjectNode trainedModel() {
        ObjectNode schema = object(TrainEntry.OfModel.class);
        ((ObjectNode) schema.path("properties")).set("train", train());
        return schema;
    }

    /** A merge of whole models: what its lists and parameters hold depends on the method. */
    private static ObjectNode mergedBody() {
        ObjectNode body = object(MergedBody.Keys.class);
        ObjectNode properties = (ObjectNode) body.path("properties");
        ArrayNode methods = properties.putObject("merge").putArray("enum");
        WeightMerges.all().forEach(method -> methods.add(method.name()));
        List.of("models", "slices").forEach(key -> properties.putObject(key).put("type", "array"));
        properties.putObject("base").putArray("type").add("string").add("object");
        properties.putObject("parameters").put("type", "object");
        List.of("dtype", "out_dtype", "texts")
                .forEach(key -> properties.putObject(key).put("type", "string"));
        properties.putObject("random_seed").put("type", "integer");
        return body;
    }

    /** Combiners by method. */
    private static ObjectNode combine(List<Class<? extends CombineMethod>> combiners) {
        Map<String, Class<? extends CombineMethod>> byMethod = new LinkedHashMap<>();
        combiners.forEach(type -> byMethod.put(Combiners.method(type), type));
        return choice(RecipeReader.Common.class, "method", byMethod);
    }

    /** Trainings by objective. */
    private static ObjectNode train() {
        ObjectNode train = choice(TrainEntry.Keys.class, "objective", ObjectiveEntry.all());
        for (JsonNode alternative : train.path("oneOf")) {
            ObjectNode properties = (ObjectNode) alternative.path("properties");
            ObjectNode files = NODES.objectNode().put("type", "array");
            files.set("items", scalar(String.class));
            properties
                    .putObject("data")
                    .putArray("oneOf")
                    .add(scalar(String.class))
                    .add(files);
            properties.set("optimizer", choice(OptimizerEntry.Common.class, "method", OptimizerEntry.all()));
        }
        return train;
    }

    private static ObjectNode vocabulary() {
        ObjectNode vocabulary = object(VocabularyEntry.Keys.class);
        ((ObjectNode) vocabulary.path("properties"))
                .set("missing", choice(RecipeReader.Method.class, "method", MissingMethods.all()));
        return vocabulary;
    }

    /** One alternative for each name, with its own keys and those that every one takes. */
    private static <T> ObjectNode choice(
            Class<? extends Record> common, String key, Map<String, Class<? extends T>> types) {
        ObjectNode choice = NODES.objectNode();
        ArrayNode alternatives = choice.putArray("oneOf");
        types.forEach((name, type) -> {
            ObjectNode alternative = object(common);
            ObjectNode own = object(type.asSubclass(Record.class));
            ObjectNode properties = (ObjectNode) alternative.path("properties");
            properties.setAll((ObjectNode) own.path("properties"));
            properties.putObject(key).put("const", name);
            ((ArrayNode) alternative.path("required")).addAll((ArrayNode) own.path("required"));
            alternatives.add(alternative);
        });
        return choice;
    }

    private static ObjectNode object(Class<? extends Record> type) {
        ObjectNode schema = NODES.objectNode();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ArrayNode required = schema.putArray("required");
        ObjectNode properties = schema.putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            String key = RecordBinder.snakeCase(component.getName());
            properties.set(key, value(component.getGenericType()));
            if (component.getType() != boolean.class && !RecordBinder.isNullable(component.getAnnotatedType())) {
                required.add(key);
            }
        }
        return schema;
    }

    private static ObjectNode value(Type type) {
        if (type instanceof ParameterizedType list) {
            ObjectNode schema = NODES.objectNode().put("type", "array");
            schema.set("items", value(list.getActualTypeArguments()[0]));
            return schema;
        }
        Class<?> raw = (Class<?>) type;
        if (raw == Yaml.class) {
            return parametersFile();
        }
        return raw.isRecord() ? object(raw.asSubclass(Record.class)) : scalar(raw);
    }

    /** Parameters: a file's name, or the file and a prefix. */
    private static ObjectNode parametersFile() {
        ObjectNode schema = NODES.objectNode();
        schema.putArray("oneOf").add(scalar(String.class)).add(object(RecipeReader.ParametersFile.class));
        return schema;
    }

    private static ObjectNode scalar(Class<?> type) {
        ObjectNode schema = NODES.objectNode();
        if (type.isEnum()) {
            ArrayNode names = schema.putArray("enum");
            Arrays.stream(type.getEnumConstants()).forEach(c -> names.add(RecordBinder.kebabCase((Enum<?>) c)));
        } else if (type == boolean.class || type == Boolean.class) {
            schema.put("type", "boolean");
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            schema.put("type", "integer");
        } else if (type == double.class || type == Double.class) {
            schema.put("type", "number");
        } else if (type == String.class) {
            // The reader takes a number as the text that it is written as, such as a width in dimension.to.
            schema.putArray("type").add("string").add("number");
        } else {
            throw new IllegalArgumentException("recipes cannot hold a " + type);
        }
        return schema;
    }
}
