package io.sinter.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.runtime.OrtRuntime;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedEvaluationTest {

    private static final Path MODEL = Path.of("src/test/resources/golden/models/bert_mlm_tied");
    private static final long MASK = 4;

    @TempDir
    Path folder;

    private static MaskedLanguageModel open() {
        return MaskedLanguageModel.open(
                new OrtRuntime(), ModelSource.open(MODEL), LogitsOptions.DEFAULT.withMaxTokens(24));
    }

    private Path masks(TensorData ids, TensorData labels, TensorData mask) {
        Path file = folder.resolve("masks.safetensors");
        SafetensorsWriter.write(file, Map.of("input_ids", ids, "labels", labels, "attention_mask", mask), Map.of());
        return file;
    }

    private Path twoTexts() {
        List<Long> shape = List.of(2L, 5L);
        return masks(
                TensorData.of(shape, 2, 100, MASK, 3, 0, 2, MASK, 126, MASK, 3),
                TensorData.of(shape, -100, -100, 164, -100, -100, -100, 72, -100, 64, -100),
                TensorData.of(shape, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1));
    }

    @Test
    void lossAndAccuracy_areThoseOfTheLogitsAtTheMasks() {
        try (MaskedLanguageModel model = open()) {
            MaskedDataset dataset = MaskedDataset.read(twoTexts());
            List<Double> losses = new ArrayList<>();
            List<Boolean> right = new ArrayList<>();
            for (MaskedExample example : dataset.examples()) {
                model.at(List.of(example.text()), List.of(example.positions()), (row, text, which) -> {
                    int label = example.labels().get(which);
                    double sum = 0;
                    int largest = 0;
                    for (int id = 0; id < row.size(); id++) {
                        sum += Math.exp(row.get(id));
                        largest = row.get(id) > row.get(largest) ? id : largest;
                    }
                    losses.add(-Math.log(Math.exp(row.get(label)) / sum));
                    right.add(largest == label);
                    return label;
                });
            }

            MaskedResult result = MaskedEvaluation.run(model, dataset);

            assertThat(dataset.positions()).isEqualTo(3);
            assertThat(losses).hasSize(3);
            assertThat(result.loss())
                    .isCloseTo(losses.stream().mapToDouble(l -> l).average().orElseThrow(), within(1e-5));
            assertThat(result.accuracy())
                    .isEqualTo(right.stream().filter(r -> r).count() / 3.0);
        }
    }

    @Test
    void randomMasks_areAboutTheShares_andTheSameForASeed() throws IOException {
        Path file = Files.writeString(
                folder.resolve("text.txt"),
                "the quick brown fox jumps over the lazy dog and merges models in java\n".repeat(120) + "short\n\n");
        try (MaskedLanguageModel model = open()) {
            MaskedDataset dataset = new RandomMasking(7).read(file, model);
            Vocabulary vocabulary = model.tokenizer().vocabulary();
            int tokens = 0;
            int masked = 0;
            int same = 0;
            for (MaskedExample example : dataset.examples()) {
                long[] ids = example.text().ids().toLongArray();
                assertThat(ids.length).isBetween(Pieces.SHORTEST + 2, 24);
                assertThat(ids[0]).isEqualTo(2);
                assertThat(ids[ids.length - 1]).isEqualTo(3);
                assertThat(example.positions()).doesNotContain(0, ids.length - 1);
                tokens += ids.length - 2;
                for (int i = 0; i < example.positions().size(); i++) {
                    long now = ids[example.positions().get(i)];
                    masked += now == MASK ? 1 : 0;
                    same += now == example.labels().get(i) ? 1 : 0;
                    assertThat(vocabulary.specialIds())
                            .doesNotContain(example.labels().get(i));
                }
            }
            int positions = dataset.positions();
            assertThat((double) positions / tokens).isBetween(0.11, 0.17);
            assertThat((double) masked / positions).isBetween(0.74, 0.86);
            assertThat((double) same / positions).isBetween(0.06, 0.14);
            assertThat(positions(new RandomMasking(7).read(file, model))).isEqualTo(positions(dataset));
            assertThat(positions(new RandomMasking(8).read(file, model))).isNotEqualTo(positions(dataset));
            assertThat(MaskedEvaluation.run(model, dataset).loss())
                    .isCloseTo(
                            MaskedEvaluation.run(model, new RandomMasking(7).read(file, model))
                                    .loss(),
                            within(1e-6));
        }
    }

    private static List<List<Integer>> positions(MaskedDataset dataset) {
        return dataset.examples().stream().map(MaskedExample::positions).toList();
    }

    @Test
    void longText_isCutWithoutLosingTokens() {
        try (MaskedLanguageModel model = open()) {
            String text =
                    "the quick brown fox jumps over the lazy dog ".repeat(30).strip();
            List<Long> whole = longs(
                    model.tokenizer().encodeWhole(List.of(text)).getFirst().ids());
            List<Long> joined = new ArrayList<>();
            Pieces.of(model.tokenizer()).cut(List.of(text)).forEach(piece -> {
                List<Long> ids = longs(piece.ids());
                joined.addAll(ids.subList(1, ids.size() - 1));
            });

            assertThat(whole).hasSizeGreaterThan(300);
            assertThat(whole.subList(0, joined.size())).isEqualTo(joined);
            assertThat(whole.size() - joined.size()).isLessThan(Pieces.SHORTEST);
        }
    }

    private static List<Long> longs(TensorData ids) {
        return java.util.Arrays.stream(ids.toLongArray()).boxed().toList();
    }

    @Test
    void brokenMasks_areRefused() {
        List<Long> shape = List.of(1L, 3L);
        TensorData ids = TensorData.of(shape, 2, MASK, 3);
        TensorData ones = TensorData.of(shape, 1, 1, 1);
        TensorData none = TensorData.of(shape, -100, -100, -100);
        TensorData one = TensorData.of(shape, -100, 5, -100);

        refused(masks(ids, none, ones), "every label is -100");
        refused(
                masks(ids, one, TensorData.of(shape, 0, 1, 1)),
                "row 0: token 1: attention_mask 1, label 5; expected ones, then zeros");
        refused(masks(ids, TensorData.of(shape, -100, -5, -100), ones), "row 0: token 1: got label -5");
        refused(masks(ids, TensorData.of(List.of(1L, 2L), -100, 5), ones), "expected the same shape");
        refused(masks(ids, TensorData.of(shape, 0f, 0f, 0f), ones), "tensor \"labels\": got FLOAT");
        assertThatThrownBy(() -> MaskedDataset.read(folder.resolve("none.safetensors")))
                .isInstanceOf(MissingException.class);
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> MaskedDataset.read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void masksOfAnotherTokenizer_areRefused() {
        List<Long> shape = List.of(1L, 3L);
        Path file = masks(
                TensorData.of(shape, 2, MASK, 3),
                TensorData.of(shape, -100, 5000, -100),
                TensorData.of(shape, 1, 1, 1));
        try (MaskedLanguageModel model = open()) {
            assertThatThrownBy(() -> MaskedEvaluation.run(model, MaskedDataset.read(file)))
                    .isInstanceOf(IncompatibleException.class)
                    .hasMessageContaining("id 5000, but the tokenizer of")
                    .hasMessageContaining("has ids 0 to 210");
        }
    }

    @Test
    void textWithoutALongLine_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("t.txt"), "too short\n");
        try (MaskedLanguageModel model = open()) {
            assertThatThrownBy(() -> new RandomMasking(0).read(file, model))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("no line has 16 tokens or more");
        }
    }
}
