package io.sinter.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of methods, and how they are made from a recipe's values. */
class WeightMergesTest {

    private static final Path PAGE = Path.of("../../docs/weight-merge-methods.md");

    static List<MethodDescription> methods() {
        return WeightMerges.all();
    }

    @Test
    void names_areUniqueAndKebabCase() {
        List<String> names = methods().stream().map(MethodDescription::name).toList();
        assertThat(names).doesNotHaveDuplicates().allMatch(name -> Pattern.matches("[a-z]+(-[a-z]+)*", name));
    }

    /** A record's components are the parameters, in order, without those that have no effect. */
    @ParameterizedTest
    @MethodSource("methods")
    void record_ofAMethod_hasItsParameters(MethodDescription method) {
        WeightMerge merge = make(method);
        assertThat(merge.method()).isEqualTo(method.name());
        assertThat(List.of(merge.getClass().getRecordComponents()).stream().map(c -> snake(c.getName())))
                .containsExactlyElementsOf(method.parameters().stream()
                        .map(Parameter::name)
                        .filter(name -> !name.equals("int8_mask"))
                        .toList());
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static WeightMerge make(MethodDescription method) {
        Map<String, Double> tensor = method.parameter("t").isPresent() ? Map.of("t", 0.5) : Map.of();
        Map<String, Double> model = method.parameter("weight").isPresent() ? Map.of("weight", 1.0) : Map.of();
        int models = Math.max(method.fewestModels(), Math.min(2, method.mostModels()));
        return WeightMerges.create(method, tensor, Collections.nCopies(models, model));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void page_listsMethod_withItsParametersAndDefaults(MethodDescription method) throws IOException {
        String row = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `" + method.name() + "` |"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + method.name()));
        for (Parameter p : method.parameters()) {
            if (!p.name().equals("int8_mask")) {
                assertThat(row).contains("`" + p.name() + "`" + (p.perModel() ? "*" : "") + byDefault(p));
            }
        }
        assertThat(row.split("\\|")[4].contains("optional")).isEqualTo(method.base() == BaseModel.OPTIONAL);
        assertThat(row.split("\\|")[4].contains("none")).isEqualTo(method.base() == BaseModel.NONE);
    }

    private static String byDefault(Parameter p) {
        if (p.isRequired()) {
            return "";
        }
        double value = Objects.requireNonNull(p.defaultValue());
        return switch (p.kind()) {
            case FLAG -> " (" + (value == 1);
            case NUMBER, COUNT ->
                " (" + (value == 1e-5 ? "1e-5" : value == 1e-8 ? "1e-8" : Interval.format(value)) + ")";
        };
    }

    @Test
    void names_ofMergekit_areAccepted() {
        assertThat(WeightMerges.named("task_arithmetic").name()).isEqualTo("task-arithmetic");
        assertThat(WeightMerges.named("dare-ties").name()).isEqualTo("dare-ties");
    }

    @Test
    void name_thatIsUnknown_isAnErrorThatSuggests() {
        assertThatThrownBy(() -> WeightMerges.named("tise"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("got \"tise\"")
                .hasMessageContaining("linear, slerp")
                .hasMessageContaining("nearest is ties");
    }

    @Test
    void values_thatAreMissing_areDefaults() {
        WeightMerge merge = WeightMerges.create(WeightMerges.named("ties"), Map.of(), List.of(Map.of("weight", 2.0)));
        assertThat(merge).isEqualTo(new Ties(List.of(2.0), List.of(1.0), 1, true, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "lambada; 1;   weight; 1;   1; ties has no parameter `lambada`; it has weight, density",
                "lambda;  1;   weigth; 1;   1; ties has no parameter `weigth`",
                "weight;  1;   weight; 1;   1; ties: `weight` has one value a model",
                "lambda;  1;   lambda; 1;   1; ties: `lambda` has one value for all models",
                "lambda;  1;   density; 1;  1; ties needs `weight`",
                "lambda;  1;   density; 2;  1; ties",
                "normalize; 0.5; weight; 1; 1; ties: normalize: got 0.5, expected true or false",
                "lambda;  NaN; weight; 1;   1; ties: lambda: got NaN, expected a finite number",
                "lambda;  1;   weight; 1;   0; ties takes at least 1 model beside the base, got 0"
            })
    void values_thatAreWrong_areNamed(
            String key, double value, String modelKey, double modelValue, int models, String message) {
        assertThatThrownBy(() -> WeightMerges.create(
                        WeightMerges.named("ties"),
                        Map.of(key, value),
                        Collections.nCopies(models, Map.of(modelKey, modelValue))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void density_outOfRange_isNamed() {
        assertThatThrownBy(() -> WeightMerges.create(
                        WeightMerges.named("ties"), Map.of(), List.of(Map.of("weight", 1.0, "density", 1.5))))
                .hasMessage("ties: density: got 1.5, expected a number from 0 to 1");
    }

    @ParameterizedTest
    @CsvSource({"linear", "multislerp", "nuslerp"})
    void weights_thatAddUpToZero_areAnError(String method) {
        List<Map<String, Double>> weights = method.equals("multislerp")
                ? List.of(Map.of("weight", 0.0), Map.of("weight", 0.0))
                : List.of(Map.of("weight", 0.3), Map.of("weight", -0.3));
        assertThatThrownBy(() -> WeightMerges.create(WeightMerges.named(method), Map.of(), weights))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(method + ": weight:")
                .hasMessageContaining("add up to 0");
    }

    @Test
    void group_ofIntegers_isUnsupported() {
        TensorData ids = TensorData.vector(1L, 2L);
        assertThatThrownBy(() -> new TensorGroup("position_ids", null, List.of(ids), 0))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("\"position_ids\": model 1 has INT64 [2]");
    }

    @Test
    void target_beyondTheEnd_isTheCallersMistake() {
        TensorGroup group = new TensorGroup("x", null, List.of(TensorData.vector(1f, 2f)), 0);
        MergedWeights merged = new Linear(List.of(1.0), true).prepare(group);
        assertThatThrownBy(() -> merged.into(1, TensorData.vector(0f, 0f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("elements 1 to 2 of 2");
    }

    @Test
    void models_ofAnotherNumber_areTheCallersMistake() {
        TensorGroup group = new TensorGroup("x", null, List.of(TensorData.vector(1f, 2f)), 0);
        assertThatThrownBy(() -> new Linear(List.of(1.0, 2.0), true).prepare(group))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor \"x\": linear has parameters for 2 models, got 1");
    }
}
