package io.sinter.mergekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.sinter.error.RecipeException;
import io.sinter.mergekit.SliceSource.LayerRange;
import io.sinter.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergekitReaderTest {

    private static final String MODELS = "merge_method: linear\nmodels: [{model: a}, {model: b}]\n";

    private static MergekitRecipe parse(String text) {
        return MergekitReader.parse(Path.of("merge.yaml"), text);
    }

    private static MergeStage only(String text) {
        return parse(text).stages().getLast();
    }

    @Test
    void recipe_ofModels_isOneSliceOfAllLayers() {
        MergeStage stage = only("""
                merge_method: linear
                base_model: base
                models:
                  - model: a
                    parameters: {weight: 0.7}
                  - model: b+adapter
                    parameters:
                      weight: 0.3
                parameters: {normalize: false}
                dtype: float32
                out_dtype: bfloat16
                """);
        assertThat(stage.method().name()).isEqualTo("linear");
        assertThat(stage.models())
                .containsExactly(
                        new ModelReference("base", null),
                        new ModelReference("a", null),
                        new ModelReference("b", "adapter"));
        assertThat(stage.dtype()).isEqualTo(DType.BFLOAT16);
        assertThat(stage.isSliced()).isFalse();
        assertThat(stage.parameters().at("normalize", new TensorPlace("x", 0))).hasValue(0);
        assertThat(stage.slices().getFirst().sources().get(1).parameters().at("weight", new TensorPlace("x", 0)))
                .hasValue(0.3);
    }

    @Test
    void slices_ofSources_keepRangesAndParameters() {
        MergeStage stage = only("""
                merge_method: linear
                slices:
                  - sources:
                      - {model: a, layer_range: [0, 2], parameters: {weight: 1}}
                  - sources:
                      - {model: b, layer_range: [1, 4]}
                    parameters: {weight: 0.5}
                """);
        assertThat(stage.isSliced()).isTrue();
        assertThat(stage.slices().get(1).sources().getFirst().layers()).isEqualTo(new LayerRange(1, 4));
        assertThat(stage.slices().get(1).parameters().at("weight", new TensorPlace("x", 0)))
                .hasValue(0.5);
    }

    @Test
    void parameter_asGradient_isLinearBetweenItsValues() {
        ParameterSet set = only(MODELS + "parameters: {weight: [0, 1, 0.5]}").parameters();
        assertThat(set.at("weight", new TensorPlace("x", 0))).hasValue(0);
        assertThat(set.at("weight", new TensorPlace("x", 0.25))).hasValue(0.5);
        assertThat(set.at("weight", new TensorPlace("x", 0.5))).hasValue(1);
        assertThat(set.at("weight", new TensorPlace("x", 1))).hasValue(0.5);
    }

    @Test
    void parameter_withFilters_isThatOfTheFirstThatFits() {
        ParameterSet set = only(MODELS + """
                parameters:
                  weight:
                    - {filter: self_attn, value: [0, 1]}
                    - {filter: mlp, value: 0.25}
                    - 0.75
                """).parameters();
        assertThat(set.at("weight", new TensorPlace("l.1.self_attn.q", 0.3)).orElseThrow())
                .isEqualTo(0.3, offset(1e-12));
        assertThat(set.at("weight", new TensorPlace("l.1.mlp.up", 0.3))).hasValue(0.25);
        assertThat(set.at("weight", new TensorPlace("norm", 0.3))).hasValue(0.75);
        assertThat(set.filters()).containsExactly("self_attn", "mlp");
    }

    @Test
    void parameter_whoseFiltersDoNotFit_isSaidElsewhere() {
        ParameterSet set = only(MODELS + "parameters: {weight: [{filter: mlp, value: 0.25}]}")
                .parameters();
        assertThat(set.at("weight", new TensorPlace("norm", 0))).isEqualTo(OptionalDouble.empty());
    }

    @Test
    void documents_thatTakeEachOther_areInOrder() {
        MergekitRecipe recipe = parse("""
                merge_method: linear
                models: [{model: second}, {model: c}]
                ---
                name: second
                merge_method: linear
                models: [{model: first}, {model: b}]
                ---
                name: first
                merge_method: linear
                models: [{model: a}, {model: b}]
                """);
        assertThat(recipe.stages()).extracting(MergeStage::name).containsExactly("first", "second", null);
    }

    @Test
    void modules_ofOne_areItsModels() {
        MergeStage stage = only("""
                merge_method: linear
                modules:
                  default:
                    models: [{model: a}, {model: b}]
                """);
        assertThat(stage.models()).hasSize(2);
    }

    @Test
    void tokenizer_withTokens_isRead() {
        TokenizerEntry entry = Objects.requireNonNull(only(MODELS + """
                tokenizer:
                  source: union
                  pad_to_multiple_of: 8
                  tokens:
                    "[A]": {source: a}
                    "[B]": {source: {kind: zero}, force: true}
                    "[C]": {source: {kind: model_token, model: b, token_id: 7}}
                """).tokenizer());
        assertThat(entry.from()).isEqualTo(new TokenizerEntry.From.Union());
        assertThat(entry.padToMultipleOf()).isEqualTo(8);
        assertThat(entry.tokens().get("[B]"))
                .extracting(TokenizerEntry.TokenRow::force)
                .isEqualTo(true);
        assertThat(entry.tokens().get("[C]"))
                .extracting(TokenizerEntry.TokenRow::source)
                .isEqualTo(new TokenizerEntry.RowSource.OfModel(new ModelReference("b", null), null, 7));
    }

    @Test
    void recipe_withMemorySettings_tellsThatTheyDoNothing() {
        assertThat(only(MODELS + "parameters: {int8_mask: true}").notes())
                .containsExactly("int8_mask has no effect: tensors are streamed, whatever their size");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "merge_method: linear\\nmodels: [{model: a}]\\ndtyp: float16 | merge.yaml:3: dtyp: unknown key",
                "merge_method: lineer\\nmodels: [{model: a}] | merge.yaml:1: merge_method: ",
                "models: [{model: a}]\\nslices: [] | needs the key \"merge_method\"",
                "merge_method: linear\\nmodels: [] | models: is empty",
                "merge_method: linear | needs either \"models\" or \"slices\"",
                "merge_method: linear\\nmodels: [{model: a, parameters: {wieght: 1}}] | did you mean \"weight\"?",
                "merge_method: linear\\nmodels: [{model: a, parameters: {normalize: 1}}] | is one number for all models",
                "merge_method: linear\\nmodels: [{model: a}]\\nparameters: {weight: heavy} | expected a finite number",
                "merge_method: linear\\nmodels: [{model: a}]\\nparameters: {weight: []} | is empty",
                "merge_method: linear\\nmodels: [{model: a}]\\ndtype: float17 | did you mean \"float16\"?",
                "merge_method: linear\\nmodels: [{model: a}]\\nchat_template: auto | chat_template: not supported",
                "merge_method: linear\\nmodels: [{model: a+}] | the model's name is empty",
                "merge_method: linear\\nslices: [{sources: [{model: a, layer_range: [4, 2]}]}] | got layers [4, 2)",
                "merge_method: linear\\nslices: [{sources: [{model: a, layer_range: 4}]}] | expected [first layer",
                "merge_method: linear\\nslices: [{sources: []}] | sources: is empty",
                "merge_method: linear\\nmodules: {a: {models: [{model: a}]}, b: {models: [{model: a}]}} | several modules",
                "name: a\\nmerge_method: linear\\nmodels: [{model: a}] | takes its own result",
                "name: a\\nmerge_method: linear\\nmodels: [{model: b}]\\n---\\nmerge_method: linear\\nmodels: [{model: c}]"
                        + " | nothing takes the result",
                "merge_method: linear\\nmodels: [{model: b}]\\n---\\nmerge_method: linear\\nmodels: [{model: c}]"
                        + " | a second document without a name",
                "merge_method: linear\\nmodels: [{model: a}]\\ntokenizer: {source: union, pad_to_multiple_of: 0}"
                        + " | expected 1 or more",
                "merge_method: linear\\nmodels: [{model: a}]\\ntokenizer: {source: base, tokens: {x: {source: {kind: no}}}}"
                        + " | kind: got \"no\"",
            })
    void recipe_withMistake_namesPlaceAndWhatIsRight(String text, String expected) {
        assertThatThrownBy(() -> parse(text.replace("\\n", "\n")))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("merge.yaml:")
                .hasMessageContaining(expected);
    }

    @Test
    void revision_isOfModelsOfAHub() {
        String start = "merge_method: passthrough\nmodels: [{model: {model: {path: %s, revision: v1}}}]\n";

        assertThat(parse(start.formatted("hf:org/name")).stages().getFirst().models())
                .extracting(ModelReference::model)
                .containsExactly("hf:org/name@v1");
        for (String path : new String[] {"folder", "org/name", "hf:org/name@v2"}) {
            assertThatThrownBy(() -> parse(start.formatted(path)))
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("revision: got v1 of " + path + ", but only models of a hub have revisions");
        }
    }

    @Test
    void keysAndNames_mayHaveHyphens() {
        String snake = """
                merge_method: task_arithmetic
                base_model: b
                models: [{model: a, parameters: {weight: 0.5}}]
                out_dtype: float16
                random_seed: 3
                """;
        MergeStage stage = parse(snake).stages().getFirst();
        MergeStage kebab = parse(snake.replace('_', '-')).stages().getFirst();

        assertThat(kebab.method()).isEqualTo(stage.method());
        assertThat(kebab.base()).isEqualTo(stage.base());
        assertThat(kebab.dtype()).isEqualTo(stage.dtype());
        assertThat(kebab.seed()).isEqualTo(3);
    }

    @Test
    void recognizes_mergekitsKeys_andNothingElse() {
        assertThat(List.of(
                        MergekitReader.recognizes(MODELS),
                        MergekitReader.recognizes("slices: []"),
                        MergekitReader.recognizes("models: [{model: a}]\ncombine: {method: average}"),
                        MergekitReader.recognizes("{ not yaml"),
                        MergekitReader.recognizes("")))
                .containsExactly(true, true, false, false, false);
    }
}
