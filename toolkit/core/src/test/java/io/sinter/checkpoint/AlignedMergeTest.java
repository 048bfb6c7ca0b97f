package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        Files.copy(BERT.resolve("config.json"), turned.resolve("config.json"));
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

    @Test
    void average_withItsTurnedCopy_isTheModel_toTheBit() {
        CheckpointReport report = tiny.merge(average());
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
