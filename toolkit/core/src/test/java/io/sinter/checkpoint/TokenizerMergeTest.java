package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.Companions;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TokenizerMergeTest {

    private static final Path MODELS =
            Path.of("../../samples/models").toAbsolutePath().normalize();
    private static final String TABLE = "bert.embeddings.word_embeddings.weight";

    @TempDir
    private Path folder;

    private static float[] row(Path model, int id) {
        TensorData table = Checkpoint.open(model).tensor(TABLE);
        return TinyCheckpoints.floats(table.rows(id, id + 1));
    }

    @Test
    void rows_byToken_areForcedAveragedAndPadded() {
        Path output = folder.resolve("merged");
        CheckpointPlan plan =
                CheckpointPlan.of(MergekitReader.parse(MODELS.resolve("merge.yaml"), """
                merge_method: linear
                models: [{model: bert-mini-fiction}, {model: bert-mini-reference}]
                parameters: {weight: 1}
                tokenizer:
                  source: base
                  pad_to_multiple_of: 100
                  tokens:
                    the: {source: bert-mini-fiction, force: true}
                """), ModelLocation.standard());
        new CheckpointMerger(Progress.NONE).merge(plan, output, Existing.REFUSE);
        Companions companions = Companions.read(output);
        int the = companions.tokenizer().vocabulary().id("the").orElseThrow();
        int house = companions.tokenizer().vocabulary().id("house").orElseThrow();

        assertThat(row(output, the)).containsExactly(row(MODELS.resolve("bert-mini-fiction"), the));
        assertThat(row(output, house)[0])
                .isBetween(
                        Math.min(
                                row(MODELS.resolve("bert-mini-fiction"), house)[0],
                                row(MODELS.resolve("bert-mini-reference"), house)[0]),
                        Math.max(
                                row(MODELS.resolve("bert-mini-fiction"), house)[0],
                                row(MODELS.resolve("bert-mini-reference"), house)[0]));
        assertThat(row(output, 6199)).containsOnly(0);
        assertThat(companions.config().orElseThrow().vocabSize()).hasValue(6200);
        assertThat(Checkpoint.open(output).tensor("cls.predictions.bias").shape())
                .containsExactly(6200L);
    }

    /** Two models of the same tokens but one, whose names differ. */
    private Path withOtherToken(String model, String token, String instead) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("other"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer_config.json")) {
            Files.copy(MODELS.resolve(model).resolve(file), copy.resolve(file));
        }
        String tokenizer = Files.readString(MODELS.resolve(model).resolve("tokenizer.json"));
        String key = "\"%s\"".formatted(token);
        assertThat(tokenizer).containsOnlyOnce(key);
        Files.writeString(copy.resolve("tokenizer.json"), tokenizer.replace(key, "\"%s\"".formatted(instead)));
        return copy;
    }

    /**
     * The rows of a union: a token that a model lacks has the base's row there, else that of its only owner. Then rows are merged
     * like any other: here 3 parts of the first model and 1 of the second.
     */
    @Test
    void union_ofTwoTokenizers_isByTheFormula() throws IOException {
        Path first = MODELS.resolve("bert-mini-fiction");
        Path second = withOtherToken("bert-mini-reference", "house", "zzhouse");
        Path output = folder.resolve("merged");
        CheckpointPlan plan = CheckpointPlan.of(
                MergekitReader.parse(MODELS.resolve("merge.yaml"), """
                merge_method: linear
                models:
                  - {model: bert-mini-fiction, parameters: {weight: 3}}
                  - {model: %s, parameters: {weight: 1}}
                tokenizer_source: union
                """.formatted(second)), ModelLocation.standard());
        new CheckpointMerger(Progress.NONE).merge(plan, output, Existing.REFUSE);

        Companions merged = Companions.read(output);
        int house = merged.tokenizer().vocabulary().id("house").orElseThrow();
        int other = merged.tokenizer().vocabulary().id("zzhouse").orElseThrow();
        int the = merged.tokenizer().vocabulary().id("the").orElseThrow();
        assertThat(other).as("behind the base's tokens").isEqualTo(6144);
        assertThat(merged.config().orElseThrow().vocabSize()).hasValue(6145);
        assertThat(row(output, house)).as("the base's row for both").containsExactly(row(first, house));
        assertThat(row(output, other)).as("its only owner's row for both").containsExactly(row(second, house));
        float[] a = row(first, the);
        float[] b = row(second, the);
        float[] got = row(output, the);
        for (int i = 0; i < a.length; i++) {
            assertThat(got[i]).isCloseTo((3 * a[i] + b[i]) / 4, offset(1e-3f * Math.max(1, Math.abs(a[i]))));
        }
    }
}
