package io.sinter.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.combine.WeightedSum;
import io.sinter.error.MissingException;
import io.sinter.error.RecipeException;
import io.sinter.pooling.Pooling;
import io.sinter.recipe.CombineEntry.ParametersEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeReaderTest {

    private static final String GOOD = """
            models:
              - {name: bge, model: models/bge.onnx, pooling: cls}
              - {name: e5, model: "cache:e5-small-v2", pooling: mean, prompt: "query: "}
            body: bge
            combine: {level: table, method: weighted-sum, weights: [0.7, 0.3]}
            mode: bake
            output: {pooling: mean, normalize: true, dtype: float16, layout: [hf]}
            """;

    private static Recipe parse(String text) {
        return RecipeReader.parse(Path.of("recipe.yaml"), text);
    }

    @Test
    void recipe_wellFormed_isReadWhole() {
        Recipe recipe = parse(GOOD);
        assertThat(recipe.models()).extracting(ModelEntry::name).containsExactly("bge", "e5");
        assertThat(recipe.models().get(0).pooling()).isEqualTo(Pooling.CLS);
        assertThat(recipe.models().get(1).prompt()).isEqualTo("query: ");
        assertThat(recipe.combine().combiner()).isEqualTo(new WeightedSum(List.of(0.7, 0.3), false));
        assertThat(recipe.output().normalize()).isTrue();
        assertThat(recipe.output().layout()).containsExactly(OutputEntry.Layout.HF);
    }

    @Test
    void model_withoutName_isCalledByItsFile() {
        Recipe recipe = parse("""
                models: [{model: a/bge-small.onnx}, {model: cache:e5}, {model: t/tables.safetensors, tensor: emb}]
                combine: {method: average}
                """);
        assertThat(recipe.models()).extracting(ModelEntry::name).containsExactly("bge-small", "e5", "tables");
    }

    @Test
    void parameters_asPathAndAsMapping_areTheSameKind() {
        String start = "models: [{model: a}, {model: b}]\ncombine: {method: linear, parameters: ";
        assertThat(parse(start + "l.safetensors}").combine().parameters())
                .isEqualTo(new ParametersEntry.File("l.safetensors", ""));
        assertThat(parse(start + "{file: l.safetensors, prefix: linear.}}")
                        .combine()
                        .parameters())
                .isEqualTo(new ParametersEntry.File("l.safetensors", "linear."));
    }

    /** One wrong recipe a line: what replaces {@code combine}'s line, and a part of the message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "combine: {method: weighted-sum, weigths: [1, 2]} | did you mean \"weights\"",
                "combine: {method: weighted-sum, weigths: [1, 2]} | recipe.yaml:2: combine.weigths: unknown key",
                "combine: {method: wieghted-sum, weights: [1, 2]} | did you mean \"weighted-sum\"",
                "combine: {weights: [1, 2]} | needs the key \"method\"",
                "combine: {method: weighted-sum, weights: 3} | expected a list",
                "combine: {method: weighted-sum, weights: [a, b]} | expected a finite number",
                "combine: {method: weighted-sum, weights: [.nan, 1]} | expected a finite number",
                "combine: {method: average, level: tabel} | did you mean \"table\"",
                "combine: average | expected a mapping",
                "combine: {method: average, method: average} | uplicate",
                "combine: {method: mlp, hidden: 8, init: random} | needs a seed",
                "combine: {method: mlp, hidden: 8, init: average, parameters: x} | give one",
                "combine: {method: mlp, hidden: 8, init: average, seed: 3} | only init: random",
                "{combine: {method: average}, mode: backe} | not valid YAML",
                "combine: {method: average} # {body: x} | OK",
            })
    void combine_wrong_isExplained(String line, String message) {
        String text = "models: [{model: a}, {model: b}]\n" + line + "\n";
        if (message.equals("OK")) {
            assertThat(parse(text)).isNotNull();
            return;
        }
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void key_unknownAtTheTop_listsTheKnownOnes() {
        assertThatThrownBy(() -> parse(GOOD + "boddy: bge\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("recipe.yaml:8: boddy: unknown key")
                .hasMessageContaining("models, body, vocabulary, dimension, combine, fit, mode, output")
                .hasMessageContaining("did you mean \"body\"?");
    }

    @Test
    void body_thatIsNoModel_namesTheModels() {
        assertThatThrownBy(() -> parse(GOOD.replace("body: bge", "body: bgee")))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("there is no model \"bgee\"")
                .hasMessageContaining("did you mean \"bge\"?");
    }

    @Test
    void keys_inKebabCase_areTheSameKeys() {
        String kebab = """
                models: [{model: a}, {model: b}]
                combine: {method: average, normalize-sources: true}
                vocabulary: {from: union, min-coverage: 0.5}
                """;

        assertThat(parse(kebab).combine())
                .isEqualTo(parse(kebab.replace('-', '_')).combine());
        assertThat(parse(kebab).vocabulary())
                .isEqualTo(parse(kebab.replace('-', '_')).vocabulary());
        assertThatThrownBy(() -> parse(kebab.replace("-sources: true", "-sources: true, normalize_sources: true")))
                .isInstanceOf(RecipeException.class)
                .hasMessage(
                        "recipe.yaml:2: combine.normalize_sources: is given twice, with - and with _; give it once");
    }

    @Test
    void body_thatIsMerged_isOneOfTheModels() {
        String start = "models: [{name: a, model: x}, {name: b, model: y}]\ncombine: {method: average}\n";

        assertThat(parse(start + "body: {merge: linear, models: [hf:o/other, b+adapter], base: start}")
                        .bodyModel())
                .contains("b");
        assertThat(parse(start + "body: {merge: ties, base: a}").bodyModel()).contains("a");
        assertThatThrownBy(() -> parse(start + "body: {merge: linear, models: [y]}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(
                        "recipe.yaml:3: body: merges y, of which none is among the recipe's models (a, b)");
        assertThatThrownBy(() -> parse(start + "body: {merge: linear, basis: a}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("recipe.yaml:3: body.basis: unknown key");
    }

    @Test
    void minCoverage_thatIsNoShare_isRefusedAtItsLine() {
        assertThatThrownBy(() -> parse(GOOD + "vocabulary: {from: bge, min_coverage: 5}\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessage("recipe.yaml:8: vocabulary: min_coverage: got 5.0, expected 0 to 1");
    }

    @Test
    void models_ofOneName_areRefused() {
        assertThatThrownBy(() -> parse("models: [{model: x/a}, {model: y/a}]\ncombine: {method: average}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("two models are called \"a\"");
    }

    @Test
    void recipe_missingFile_isMissing() {
        assertThatThrownBy(() -> RecipeReader.read(Path.of("no/such/recipe.yaml")))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("no such recipe");
    }

    @Test
    void recipe_damagedAnywhere_givesARecipeErrorOrARecipe() {
        long seed = 20261123;
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            char[] text = GOOD.toCharArray();
            for (int k = 0; k <= random.nextInt(3); k++) {
                text[random.nextInt(text.length)] = (char) (random.nextInt(96) + 31);
            }
            String damaged = new String(text, 0, random.nextInt(4) == 0 ? random.nextInt(text.length) : text.length);
            try {
                parse(damaged);
            } catch (RecipeException e) {
                assertThat(e).as("seed %d, round %d", seed, i).hasMessageContaining("recipe.yaml");
            }
        }
    }
}
