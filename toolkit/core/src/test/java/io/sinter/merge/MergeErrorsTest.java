package io.sinter.merge;

import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.OutputException;
import io.sinter.error.RecipeException;
import io.sinter.merge.MergePlan.Costs;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user is told when a merge cannot be done, and that nothing is left behind. */
class MergeErrorsTest {

    private static final String AVERAGE = "combine: {method: average}\n";
    private static final String TWO = "models: [{name: a, model: a}, {name: b, model: b}]\n";

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("a", encoder(TinyModels.table(1)));
        folder.model("b", encoder(TinyModels.table(2)));
        folder.model("wide", encoder(TinyModels.table(3, TinyModels.ROWS, 12)));
    }

    @Test
    void tablesOfOtherWidths_withoutDimension_areNamedWithTheFix() {
        assertThatThrownBy(() ->
                        folder.plan("models: [{name: a, model: a}, {name: wide, model: wide}]\nbody: a\n" + AVERAGE))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("a [211, 8], wide [211, 12]")
                .hasMessageContaining("dimension: {to: 12, by: zero-pad}");
    }

    @Test
    void tablesOfOtherRows_areNamed() {
        SafetensorsWriter.write(
                temp.resolve("t.safetensors"), Map.of("t", TinyModels.table(1, 200, TinyModels.WIDTH)), Map.of());

        assertThatThrownBy(() -> folder.plan(
                        "models: [{name: a, model: a}, {name: t, model: t.safetensors}]\nbody: a\n" + AVERAGE))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("a has [211, 8], t has [200, 8]");
    }

    @Test
    void missingModel_isNamedWithItsWholePath() {
        assertThatThrownBy(() -> folder.plan("models: [{name: a, model: a}, {name: x, model: nowhere}]\n" + AVERAGE))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining(temp.resolve("nowhere").toString())
                .hasMessageContaining("no such file or directory");
    }

    @Test
    void missingTensor_isNamed() {
        SafetensorsWriter.write(temp.resolve("t.safetensors"), Map.of("emb1", TinyModels.table(1)), Map.of());

        assertThatThrownBy(() -> folder.plan("models: [{model: t.safetensors, tensor: emb2}]\n" + AVERAGE))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("emb2")
                .hasMessageContaining("emb1");
    }

    @Test
    void modelThatIsNotInTheCache_isNamedWithTheFix() {
        assertThatThrownBy(() -> folder.plan("models: [{model: \"cache:no-such-model\"}]\n" + AVERAGE))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("cache:no-such-model")
                .hasMessageContaining("mvn package");
    }

    @Test
    void widthThatIsNotTheBodys_isRefusedWithTheWaysOut() {
        assertThatThrownBy(() -> folder.plan(TWO + "body: a\ncombine: {method: concatenation}"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("16 wide, but the body a has [211, 8]")
                .hasMessageContaining("dimension: {to: a, by: pca}")
                .hasMessageContaining("leave out body");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {method: linear}                          | linear has parameters (weight [8, 16], bias [8]); give parameters: FILE.safetensors, init: average
            {method: attention, heads: 2}             | in_proj_weight [24, 8]
            {method: average, init: average}          | average has no parameters
            {method: linear, init: random}            | init: random needs a seed
            {method: mlp, init: average, seed: 1}     | has a seed, which only init: random takes
            {method: weighted-sum, weights: [1]}      | weights: got 1 for 2 models
            {method: avrage}                          | did you mean "average"
            """)
    void combinerAndItsParameters_areCheckedInThePlan(String combine, String message) {
        assertThatThrownBy(() -> folder.plan(TWO + "body: a\ncombine: " + combine))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {to: a, by: linear}                            | {method: average}       | proj2.weight [8, 12]
            {to: a, by: zero-pad}                          | {method: average}       | cannot bring width 12 to 8
            {to: a, by: pca}                               | {method: average}       | pca reduces a concatenation
            {to: c, by: zero-pad}                          | {method: average}       | got "c", expected a model (a, wide), a number, or max
            {to: wide, by: zero-pad, parameters: p.st}     | {method: average}       | unknown key; known: to, by
            {to: 21, by: pca}                              | {method: concatenation} | no 21 principal components
            """)
    void dimension_isCheckedInThePlan(String dimension, String combine, String message) {
        assertThatThrownBy(() -> folder.plan("""
                        models: [{name: a, model: a}, {name: wide, model: wide}]
                        dimension: %s
                        combine: %s
                        """.formatted(dimension, combine))).hasMessageContaining(message);
    }

    @Test
    void parametersOfTheDimension_whereNothingNeedsThem_areRefused() {
        assertThatThrownBy(() -> folder.plan(
                        TWO + "body: a\ndimension: {to: a, by: linear, parameters: p.safetensors}\n" + AVERAGE))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("dimension: by: linear has no parameters here")
                .hasMessageContaining("remove parameters");
    }

    @Test
    void parametersOfAnotherShape_areRefused_andNothingIsLeft() throws IOException {
        SafetensorsWriter.write(
                temp.resolve("p.safetensors"),
                Map.of(
                        "weight",
                        TinyModels.table(1, 8, 15),
                        "bias",
                        TinyModels.table(1, 1, 8).reshape(List.of(8L))),
                Map.of());
        List<String> before = entries();

        assertThatThrownBy(() ->
                        folder.merge(TWO + "body: a\ncombine: {method: linear, parameters: p.safetensors}", "out"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("p.safetensors: tensor \"weight\": got FLOAT [8, 15]")
                .hasMessageContaining("[8, 16]");
        assertThat(entries()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void rowsThatAreNotFinite_areNamed_andNothingIsLeft(float value) throws IOException {
        TensorData table = TinyModels.table(3);
        float[] elements = table.toFloatArray();
        elements[7 * TinyModels.WIDTH] = value;
        elements[210 * TinyModels.WIDTH + 3] = value;
        folder.model("odd", encoder(TensorData.of(table.shape(), elements)));
        List<String> before = entries();

        assertThatThrownBy(() -> folder.merge(
                        "models: [{name: a, model: a}, {name: odd, model: odd}]\nbody: a\n" + AVERAGE, "out"))
                .isInstanceOf(MalformedException.class)
                .hasMessage("odd: 2 rows of its table hold NaN or infinity, such as [7, 210]: expected finite numbers;"
                        + " repair the model, or leave it out");
        assertThat(entries()).isEqualTo(before);
    }

    @Test
    void bodyWithoutGraph_isRefusedWhereOneIsNeeded() {
        SafetensorsWriter.write(temp.resolve("t.safetensors"), Map.of("t", TinyModels.table(1)), Map.of());
        assertThatThrownBy(() -> folder.plan("models: [{name: t, model: t.safetensors}]\nbody: t\n" + AVERAGE))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("t is a bare table, which has no encoder; leave out body");
    }

    @Test
    void outputThatExists_isKeptWithoutForce() throws IOException {
        Path out = folder.merge(TWO + AVERAGE, "out");
        byte[] before = Files.readAllBytes(out.resolve("model.onnx"));

        assertThatThrownBy(() -> MergeFolder.merger()
                        .merge(
                                folder.plan(TWO + "combine: {method: weighted-sum, weights: [1, 0]}"),
                                out,
                                Existing.REFUSE))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("exists already")
                .hasMessageContaining("--force");
        assertThat(out.resolve("model.onnx")).hasBinaryContent(before);
    }

    @Test
    void outputBelowAFile_isRefusedBeforeTheWork() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        List<String> tasks = new ArrayList<>();

        assertThatThrownBy(() -> merger(tasks).merge(folder.plan(TWO + AVERAGE), file.resolve("out"), Existing.REFUSE))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining(file + " is a file");
        assertThat(tasks).isEmpty();
    }

    @Test
    void tooLittleDisk_isNoticedBeforeTheWork() throws IOException {
        MergePlan plan = folder.plan(TWO + AVERAGE);
        long petabytes = 1L << 55;
        MergePlan huge = new MergePlan(
                plan.recipe(),
                plan.sources(),
                plan.body(),
                plan.bodyMerge(),
                plan.combination(),
                plan.sentences(),
                plan.vocabulary(),
                plan.width(),
                plan.dtype(),
                new Costs(0, petabytes, 0, 0),
                plan.notes());
        List<String> before = entries();
        List<String> tasks = new ArrayList<>();

        assertThatThrownBy(() -> merger(tasks).merge(huge, temp.resolve("out"), Existing.REFUSE))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("needs 36,028,797,0")
                .hasMessageContaining("are free");
        assertThat(tasks).isEmpty();
        assertThat(entries()).isEqualTo(before);
    }

    private static Merger merger(List<String> tasks) {
        return new Merger(MergeFolder.RUNTIME, MergeFolder.ONE_THREAD, (task, bytes) -> {
            tasks.add(task);
            return Progress.NONE.begin(task, bytes);
        });
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> list = Files.list(temp)) {
            return list.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
