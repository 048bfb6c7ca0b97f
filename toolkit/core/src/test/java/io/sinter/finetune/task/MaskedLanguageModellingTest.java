package io.sinter.finetune.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.MaskedExample;
import io.sinter.eval.RandomMasking;
import io.sinter.finetune.FineTuning;
import io.sinter.finetune.Opening;
import io.sinter.finetune.Selection;
import io.sinter.finetune.Trainable;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskFiller;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import io.sinter.train.AdamW;
import io.sinter.train.Batches;
import io.sinter.train.RunOptions;
import io.sinter.train.Schedule;
import io.sinter.train.StepReport;
import io.sinter.train.SteppedTraining;
import io.sinter.train.TrainingGraph;
import io.sinter.train.TrainingListener;
import io.sinter.train.TrainingOptions;
import io.sinter.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedLanguageModellingTest {

    private static final Path MODELS = Path.of("src/test/resources/golden/models");

    private static final Path SAMPLES = Path.of("../../samples");

    @TempDir
    Path folder;

    private Path texts;

    @BeforeEach
    void writeTexts() throws IOException {
        texts = Files.writeString(
                folder.resolve("texts.txt"),
                "the quick brown fox and the lazy dog\n".repeat(4)
                        + "the quick brown fox jumps over the lazy dog and merges models in java ".repeat(20));
    }

    private static Trainable open(Path directory, int maxTokens) {
        return Trainable.open(
                directory, new Opening(Opening.Purpose.TOKENS, Optional.empty(), OptionalInt.of(maxTokens)));
    }

    private static MaskedLanguageModelling task(Trainable model, Path texts, Optional<Path> dev) {
        return MaskedLanguageModelling.of(model, List.of(texts), dev, new Batches(4, 1));
    }

    private static FineTuning training(Trainable model, MaskedLanguageModelling task, long steps, double rate) {
        TrainingOptions options =
                new TrainingOptions(AdamW.DEFAULT, new Schedule(Schedule.Decay.LINEAR, rate, steps / 5, steps), 1.0);
        return new FineTuning(model, task, new Selection.All(), options, RunOptions.of(steps));
    }

    /** What a run tells. */
    private record Told(List<Double> losses, Map<Long, Double> measured) implements TrainingListener {

        Told() {
            this(new ArrayList<>(), new LinkedHashMap<>());
        }

        @Override
        public void stepped(StepReport report) {
            losses.add(report.loss());
        }

        @Override
        public void measured(long step, String metric, double value) {
            assertThat(metric).isEqualTo("masked_loss");
            measured.put(step, value);
        }
    }

    private static Told run(FineTuning training) {
        Told told = new Told();
        training.run(new OrtRuntime(), SessionOptions.DEFAULT, Optional.empty(), told);
        return told;
    }

    private static double mean(List<Double> losses) {
        return losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_mlm_tied", "roberta_mlm_untied", "distilbert_mlm", "modernbert_mlm"})
    void families_learnTheTextsOfAFile(String name) {
        try (Trainable model = open(MODELS.resolve(name), 20)) {
            MaskedLanguageModelling task = task(model, texts, Optional.empty());

            List<Double> losses = run(training(model, task, 20, 0.01)).losses();

            assertThat(task.pieces()).isGreaterThan(8);
            assertThat(task.stepsPerEpoch()).isEqualTo(task.pieces() / 4);
            assertThat(mean(losses.subList(15, 20))).isLessThan(mean(losses.subList(0, 5)) - 0.5);
        }
    }

    private Path masks() {
        List<Long> shape = List.of(3L, 7L);
        Path file = folder.resolve("masks.safetensors");
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put(
                "input_ids", TensorData.of(shape, 2, 100, 4, 3, 0, 0, 0, 2, 4, 126, 4, 60, 61, 3, 2, 8, 9, 3, 0, 0, 0));
        tensors.put("labels", labels(shape));
        tensors.put(
                "attention_mask", TensorData.of(shape, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0));
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    private static TensorData labels(List<Long> shape) {
        long[] labels = new long[21];
        Arrays.fill(labels, -100);
        labels[2] = 164;
        labels[8] = 72;
        labels[10] = 64;
        return TensorData.of(shape, labels);
    }

    @Test
    void heldOutMasks_areMeasured_asTheEvaluationDoes() {
        Path directory = MODELS.resolve("bert_mlm_tied");
        Told told;
        try (Trainable model = open(directory, 24)) {
            told = run(training(model, task(model, texts, Optional.of(masks())), 1, 1e-3));
        }
        try (MaskedLanguageModel model =
                MaskedLanguageModel.open(new OrtRuntime(), ModelSource.open(directory), LogitsOptions.DEFAULT)) {
            double expected =
                    MaskedEvaluation.run(model, MaskedDataset.read(masks())).loss();

            assertThat(told.measured().get(0L)).isCloseTo(expected, within(1e-5));
            assertThat(told.measured().get(1L)).isNotCloseTo(expected, within(1e-5));
        }
    }

    @Test
    void heldOutText_hasTheSameMasksInEveryTraining() {
        List<Double> before = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (Trainable model = open(MODELS.resolve("bert_mlm_tied"), 24)) {
                before.add(run(training(model, task(model, texts, Optional.of(texts)), 1, 1e-3))
                        .measured()
                        .get(0L));
            }
        }

        assertThat(before.getFirst()).isGreaterThan(1).isEqualTo(before.getLast());
    }

    @Test
    void batchWithNothingHidden_hasNoLossAndNoGradient() {
        try (Trainable model = open(MODELS.resolve("bert_mlm_tied"), 24)) {
            MaskedLanguageModelling task = task(model, texts, Optional.empty());
            Ops ops = new Ops(model.model().graph(), model.model().opset());
            TrainingGraph graph = TrainingGraph.of(
                    model.model(),
                    task.emit(model, ops).loss(),
                    model.parameters(),
                    new TrainingOptions(AdamW.DEFAULT, Schedule.constant(0.01)));
            List<MaskedExample> batch = model.texts().encode(List.of("the quick fox", "the dog")).stream()
                    .map(text -> new MaskedExample(text, List.of(), List.of()))
                    .toList();
            try (TrainingStep steps = SteppedTraining.open(new OrtRuntime(), graph, SessionOptions.DEFAULT)) {
                StepReport report = steps.step(new MaskedTokens(model.texts()).inputs(batch));

                assertThat(report.loss()).isZero();
                assertThat(report.gradientNorm()).isZero();
            }
        }
    }

    @Test
    void filesWithoutEnoughText_areNamed() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.txt"), "\n \n");
        Path shortLines = Files.writeString(folder.resolve("short.txt"), "the fox\nthe dog\n");
        Path bytes = Files.write(folder.resolve("bytes.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
        try (Trainable model = open(MODELS.resolve("bert_mlm_tied"), 24)) {
            assertThatThrownBy(() -> task(model, empty, Optional.empty()))
                    .isInstanceOf(MalformedException.class)
                    .hasMessage(empty + ": no text in it; expected lines of text");
            assertThatThrownBy(() -> task(model, shortLines, Optional.empty()))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageStartingWith(shortLines + ": no line has 16 tokens or more");
            assertThatThrownBy(() -> task(model, bytes, Optional.empty()))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("bytes.txt: no UTF-8");
            assertThatThrownBy(() -> task(model, folder.resolve("none.txt"), Optional.empty()))
                    .isInstanceOf(MissingException.class)
                    .hasMessageContaining("none.txt: no such file");
            assertThatThrownBy(() -> task(model, texts, Optional.of(shortLines)))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageStartingWith(shortLines.toString());
        }
    }

    @Test
    void modelsThatPredictNoTokens_areRefused() throws IOException {
        try (Trainable model = open(MODELS.resolve("bert_base"), 24)) {
            assertThatThrownBy(() -> task(model, texts, Optional.empty()))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("bert_base: no output \"logits\" [batch, sequence, vocabulary]")
                    .hasMessageContaining("BertForMaskedLM");
        }
        Path unmasked = copy("bert_mlm_tied");
        Path tokenizer = unmasked.resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("[MASK]", "[HIDE]"));
        try (Trainable model = open(unmasked, 24)) {
            assertThatThrownBy(() -> task(model, texts, Optional.empty()))
                    .isInstanceOf(MissingException.class)
                    .hasMessageContaining("its tokenizer has no mask token");
        }
    }

    @Test
    void masksOfAnotherTokenizer_areRefused() {
        Path file = folder.resolve("masks.safetensors");
        List<Long> shape = List.of(1L, 3L);
        SafetensorsWriter.write(
                file,
                Map.of(
                        "input_ids", TensorData.of(shape, 2, 4, 3),
                        "labels", TensorData.of(shape, -100, 5000, -100),
                        "attention_mask", TensorData.of(shape, 1, 1, 1)),
                Map.of());
        try (Trainable model = open(MODELS.resolve("bert_mlm_tied"), 24)) {
            assertThatThrownBy(() -> task(model, texts, Optional.of(file)))
                    .isInstanceOf(IncompatibleException.class)
                    .hasMessageContaining("id 5000");
        }
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        try (var files = Files.list(MODELS.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    @Test
    @Tag("slow")
    void bertMini_learnsNovels_andTheWrittenModelFillsMasks() throws IOException {
        Path sample = SAMPLES.resolve("models/bert-mini");
        List<String> lines = Files.readAllLines(SAMPLES.resolve("data/fiction.txt"));
        Path train = Files.write(folder.resolve("train.txt"), lines.subList(0, 150));
        Path dev = Files.write(folder.resolve("dev.txt"), lines.subList(150, 200));
        Path written = Files.createDirectory(folder.resolve("written"));
        for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(sample.resolve(file), written.resolve(file));
        }
        Told told = new Told();
        try (Trainable model = open(sample, 64)) {
            MaskedLanguageModelling task =
                    MaskedLanguageModelling.of(model, List.of(train), Optional.of(dev), new Batches(16, 1));
            FineTuning training = training(model, task, 12, 1e-4);
            training.write(training.run(new OrtRuntime(), SessionOptions.DEFAULT, Optional.empty(), told), written);
        }

        double before = Objects.requireNonNull(told.measured().get(0L));
        double after = Objects.requireNonNull(told.measured().get(12L));
        assertThat(after).isLessThan(before - 0.04);
        try (MaskedLanguageModel model = MaskedLanguageModel.open(
                new OrtRuntime(), ModelSource.open(written), LogitsOptions.DEFAULT.withMaxTokens(64))) {
            assertThat(MaskedEvaluation.run(model, new RandomMasking(0).read(dev, model))
                            .loss())
                    .isCloseTo(after, within(0.01));
            assertThat(MaskFiller.of(model)
                            .fill(List.of("I have never [MASK] such a thing in my life."), 5)
                            .getFirst()
                            .masks())
                    .singleElement()
                    .satisfies(mask -> assertThat(mask.fills())
                            .extracting(MaskFiller.Fill::token)
                            .contains("seen"));
        }
    }
}
