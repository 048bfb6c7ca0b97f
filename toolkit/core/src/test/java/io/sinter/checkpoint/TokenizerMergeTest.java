package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.Companions;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
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
}
