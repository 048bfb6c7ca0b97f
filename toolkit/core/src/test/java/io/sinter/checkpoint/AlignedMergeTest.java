package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.permutation.Permutations;
import io.sinter.permutation.TensorUnits;
import io.sinter.permutation.UnitMap;
import io.sinter.permutation.Units;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes with {@code align}. */
class AlignedMergeTest {

    private static final Path BERT = Path.of("src/test/resources/golden/models/bert_st_mean");

    @TempDir
    private Path folder;

    private TinyCheckpoints tiny;
    private Checkpoint own;

    @BeforeEach
    void setUp() throws IOException {
        tiny = new TinyCheckpoints(folder);
        own = Checkpoint.open(BERT);
        Path turned = Files.createDirectories(folder.resolve("turned"));
        for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(BERT.resolve(file), turned.resolve(file));
        }
        Files.writeString(
                folder.resolve("texts.txt"),
                IntStream.range(0, 200)
                        .mapToObj(i -> "the %d. text of %d%n".formatted(i * 7919, i * i))
                        .collect(Collectors.joining()));
        UnitMap map = UnitMap.of(ModelConfig.read(BERT.resolve("config.json")), own.names());
        Permutations turn = new Permutations(Map.of(
                new Units(Units.Kind.RESIDUAL, -1), turned(28), new Units(Units.Kind.FEED_FORWARD, 1), turned(56)));
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        for (String name : own.names()) {
            TensorData tensor = own.tensor(name);
            TensorUnits units = map.tensors().get(name);
            TensorData moved = TensorData.allocate(tensor.dtype(), tensor.shape());
            if (units == null) {
                moved.data().copyFrom(tensor.data());
            } else {
                turn.into(tensor, units, moved);
            }
            tensors.put(name, moved);
        }
        SafetensorsWriter.write(turned.resolve("model.safetensors"), tensors, Map.of());
    }

    private static int[] turned(int count) {
        return IntStream.range(0, count).map(i -> (i + 3) % count).toArray();
    }

    private String average() {
        return """
                merge_method: linear
                models: [{model: %s}, {model: turned}]
                parameters: {weight: 1}
                align: {by: weights}
                """.formatted(BERT.toAbsolutePath());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{by: weights}", "{by: activations, texts: texts.txt}"})
    void average_withItsTurnedCopy_isTheModel_toTheBit(String how) {
        CheckpointReport report = tiny.merge(average().replace("{by: weights}", how));
        for (String name : own.names()) {
            assertThat(tiny.merged(name).contentEquals(own.tensor(name)))
                    .as(name)
                    .isTrue();
        }
        assertThat(report.notes())
                .anyMatch(note -> note.startsWith("align: turned to ")
                        && note.contains("84 units changed places")
                        && note.contains("to 1.000"));
    }

    @Test
    void average_withoutAlignment_isAnother() {
        tiny.merge(average().replace("align: {by: weights}\n", ""));
        String name = "encoder.layer.1.intermediate.dense.weight";
        assertThat(tiny.merged(name).contentEquals(own.tensor(name))).isFalse();
    }

    private void assertRefused(String recipe, Class<? extends Exception> type, String... parts) {
        assertThatThrownBy(() -> tiny.plan(recipe)).isInstanceOf(type).hasMessageContainingAll(parts);
    }

    @Test
    void activations_withoutTexts_orOfOtherTokens_areRefused() throws IOException {
        assertRefused(
                average().replace("weights", "activations"), RecipeException.class, "merge.yaml:4", "texts: FILE");
        assertRefused(
                average().replace("weights", "weights, texts: texts.txt"),
                RecipeException.class,
                "merge.yaml:4",
                "without texts");
        String byTexts = average().replace("weights", "activations, texts: texts.txt");
        Path tokenizer = folder.resolve("turned/tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"lowercase\":true", "\"lowercase\":false"));
        Files.writeString(folder.resolve("texts.txt"), "Some THINGS in Capitals\n".repeat(9));
        assertThatThrownBy(() -> tiny.merge(byTexts))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContainingAll("different tokens", "align by weights");
        Files.writeString(folder.resolve("texts.txt"), "\n");
        assertThatThrownBy(() -> tiny.merge(byTexts))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("has no text");
    }

    @Test
    void alignment_ofWhatIsNotKnown_isRefused() {
        tiny.model("a", 1);
        tiny.model("b", 2);
        String tinies = "merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 1}\n";
        assertRefused(tinies + "align: {by: weights}", UnsupportedException.class, "tiny", "bert, roberta");
        assertRefused(tinies + "align: {by: colour}", RecipeException.class, "merge.yaml:4", "colour", "weights");
        assertRefused(
                "merge_method: linear\nslices: [{sources: [{model: a, layer_range: [0, 1]}]}]\n"
                        + "parameters: {weight: 1}\nalign: {by: weights}",
                RecipeException.class,
                "merge.yaml:4",
                "slices");
    }
}
