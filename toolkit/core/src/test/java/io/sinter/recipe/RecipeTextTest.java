package io.sinter.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.RecipeException;
import io.sinter.recipe.RecipeText.Spot;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RecipeTextTest {

    private static final String TEXT = """
            # A comment with 😀 and é
            models:
              - {model: "a b", parameters: {weight: 0.5}}
              - model: 'c'
                parameters:
                  weight: [0.1,  1e-3]   # of two
            base-model: d
            """;

    private final RecipeText text = RecipeText.of("r.yaml", TEXT);

    @Test
    void spots_areWhereValuesStand() {
        assertThat(text.spots())
                .extracting(Spot::path)
                .containsExactly(
                        "models[0].model",
                        "models[0].parameters.weight",
                        "models[1].model",
                        "models[1].parameters.weight[0]",
                        "models[1].parameters.weight[1]",
                        "base-model");
        assertThat(text.spots().stream()
                        .map(spot -> TEXT.substring(spot.from(), spot.to()))
                        .collect(Collectors.joining("|")))
                .isEqualTo("\"a b\"|0.5|'c'|0.1|1e-3|d");
    }

    @Test
    void with_replacesValues_andKeepsAllElse() {
        Map<Spot, String> values = Map.of(
                text.find("models[0].parameters.weight").orElseThrow(), "[1, 2]",
                text.elements("models[1].parameters.weight").get(1), "12345",
                text.find("base_model").orElseThrow(), "\"é\"");

        assertThat(text.with(values))
                .isEqualTo(
                        TEXT.replace("0.5", "[1, 2]").replace("1e-3", "12345").replace(": d", ": \"é\""));
    }

    @Test
    void documents_haveNumbers() {
        RecipeText two = RecipeText.of("r.yaml", "a: 1\n---\n# c\nb: [2, 3]\n");

        assertThat(two.spots()).extracting(Spot::path).containsExactly("[0].a", "[1].b[0]", "[1].b[1]");
        assertThat(two.with(Map.of(two.find("[1].b[0]").orElseThrow(), "7"))).isEqualTo("a: 1\n---\n# c\nb: [7, 3]\n");
        assertThat(two.elements("[1].b")).hasSize(2);
        assertThat(two.find("b")).isEmpty();
    }

    @Test
    void noYaml_isRefused() {
        assertThatThrownBy(() -> RecipeText.of("r.yaml", "a: [1")).isInstanceOf(RecipeException.class);
    }
}
