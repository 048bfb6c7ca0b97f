package io.sinter.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.combine.CombineMethod;
import io.sinter.combine.Combiners;
import io.sinter.mergekit.MergekitReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class RecipeSchemaTest {

    private static final Path ROOT = Path.of("../..");
    private static final String SCHEMA = RecipeSchema.toJson(CombineMethod.builtIn());
    private static final String MODELS = "models: [{model: one}, {model: two}]\n";

    static Stream<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("samples/recipes"))) {
            return files.filter(file -> !MergekitReader.recognizes(YamlReader.text(file))).sorted().toList().stream();
        }
    }

    @Test
    void schemaInTheDocs_isTheGeneratedOne() throws IOException {
        Path generated = Files.writeString(Path.of("target/recipe.schema.json"), SCHEMA);

        assertThat(ROOT.resolve("docs/recipe.schema.json"))
                .as("copy toolkit/core/%s to docs/", generated)
                .hasSameTextualContentAs(generated);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void sample_keepsToTheSchema(Path recipe) throws IOException {
        assertThat(mistakes(Files.readString(recipe))).isEmpty();
    }

    @Test
    void everyMethod_isInTheSchema() {
        JsonNode merge = JsonMapper.shared().readTree(SCHEMA).path("oneOf").path(0);
        JsonNode combine = merge.path("properties").path("combine");

        assertThat(combine.path("oneOf")
                        .valueStream()
                        .map(c -> c.path("properties")
                                .path("method")
                                .path("const")
                                .stringValue()))
                .containsExactlyElementsOf(
                        CombineMethod.builtIn().stream().map(Combiners::method).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "combine: {method: averaged}",
                "combine: {method: average, weights: [1, 2]}",
                "combine: {method: weighted-sum}",
                "combine: {method: attention, heads: four}",
                "combine: {method: average}\nmode: later",
                "combine: {method: average}\noutput: {dtype: float8}",
                "combine: {method: average}\nboddy: one",
            })
    void recipeThatTheReaderRefuses_breaksTheSchema(String rest) {
        assertThat(mistakes(MODELS + "combine: {method: average}")).isEmpty();
        assertThat(mistakes(MODELS + rest)).isNotEmpty();
    }

    @Test
    void modelThatIsTrained_takesNothingOfAMerge() {
        String recipe = "model: one\ntrain: {objective: masked_language_model, data: texts.txt, steps: 10}\n";

        assertThat(mistakes(recipe)).isEmpty();
        assertThat(mistakes(recipe + "combine: {method: average}")).isNotEmpty();
        assertThat(mistakes("model: one")).isNotEmpty();
    }

    private static List<String> mistakes(String yaml) {
        return mistakes(
                "recipe",
                JsonMapper.shared().readTree(SCHEMA),
                YAMLMapper.shared().readTree(yaml));
    }

    /** The part of JSON Schema that the generator uses. */
    private static List<String> mistakes(String at, JsonNode schema, JsonNode value) {
        List<String> found = new ArrayList<>();
        if (schema.has("oneOf")) {
            long fitting = schema.path("oneOf")
                    .valueStream()
                    .filter(s -> mistakes(at, s, value).isEmpty())
                    .count();
            return fitting == 1 ? List.of() : List.of(at + ": fits " + fitting + " alternatives");
        }
        if (schema.has("type") && !hasType(schema.path("type"), value)) {
            found.add(at + ": is no " + schema.path("type"));
        }
        if (schema.has("const") && !schema.path("const").equals(value)) {
            found.add(at + ": is not " + schema.path("const"));
        }
        if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
            found.add(at + ": is none of " + schema.path("enum"));
        }
        schema.path("required")
                .valueStream()
                .filter(key -> !value.has(key.stringValue()))
                .forEach(key -> found.add(at + ": lacks " + key));
        boolean closed = !schema.path("additionalProperties").booleanValue(true);
        value.propertyStream().filter(p -> closed).forEach(p -> {
            JsonNode property = schema.path("properties").path(p.getKey());
            found.addAll(
                    property.isMissingNode()
                            ? List.of(at + ": has " + p.getKey())
                            : mistakes(at + "." + p.getKey(), property, p.getValue()));
        });
        if (value.isArray()) {
            value.valueStream().forEach(e -> found.addAll(mistakes(at + "[]", schema.path("items"), e)));
        }
        return found;
    }

    private static boolean hasType(JsonNode type, JsonNode value) {
        return type.isArray()
                ? type.valueStream().anyMatch(t -> hasType(t, value))
                : switch (type.stringValue()) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "string" -> value.isString();
                    case "boolean" -> value.isBoolean();
                    case "integer" -> value.isIntegralNumber();
                    case "number" -> value.isNumber();
                    default -> throw new AssertionError(type);
                };
    }
}
