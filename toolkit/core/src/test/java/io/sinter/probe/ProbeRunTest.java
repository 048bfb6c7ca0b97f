package io.sinter.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.encoder.SentenceHead;
import io.sinter.error.IncompatibleException;
import io.sinter.error.SinterException;
import io.sinter.inference.Classifier;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.PictureClassifier;
import io.sinter.json.StrictJson;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.output.Manifest;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.pooling.Pooling;
import io.sinter.progress.Progress;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Runtime;
import io.sinter.source.InputSet;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Classifiers in graphs that are written: of a masked language model's checkpoint, and of a ViT's. */
class ProbeRunTest {

    private static final Runtime RUNTIME = new OrtRuntime();
    private static final Path SAMPLES = Path.of("../../samples");
    private static final Path WORDS = SAMPLES.resolve("models/bert-mini");
    private static final EmbedderOptions MEAN = EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN);
    private static final ProbeOptions OPTIONS = ProbeOptions.DEFAULT.withFolds(3);
    private static final List<String> QUESTIONS =
            List.of("who", "where", "when", "how many", "why", "who else", "where then", "how much", "when again");
    private static final List<String> ANSWERS = List.of(
            "the cat", "a house", "some trees", "two rivers", "my hand", "the sea", "a king", "old wine", "a road");

    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void rows() throws IOException {
        StringBuilder lines = new StringBuilder();
        QUESTIONS.forEach(text -> lines.append("question\t").append(text).append(" is it ?\n"));
        ANSWERS.forEach(text -> lines.append("answer\t").append(text).append(" is there .\n"));
        data = Files.writeString(folder.resolve("rows.tsv"), lines);
    }

    @Test
    void classifier_ofACheckpoint_standsInTheGraph_besideItsVectors() {
        ProbeResult result = write(request(MEAN, OPTIONS, data), "out");
        Path out = folder.resolve("out");
        assertThat(result.fit().counts()).containsEntry("answer", 9).containsEntry("question", 9);
        assertThat(result.agreement()).isLessThan(1e-4);
        assertThat(result.tests())
                .singleElement()
                .satisfies(test -> assertThat(test.accuracy()).isEqualTo(1.0));
        assertThat(result.files()).containsKeys("model.onnx", "config.json", "probe.json", "tokenizer.json");
        try (Classifier classifier = Classifier.open(RUNTIME, ModelSource.open(out), LogitsOptions.DEFAULT)) {
            List<Classifier.Score> scores =
                    classifier.classify(List.of("where is it ?")).getFirst();
            assertThat(scores.getFirst().label()).isEqualTo("question");
            assertThat(scores.get(0).score() + scores.get(1).score()).isBetween(0.999, 1.001);
        }
        JsonNode config = StrictJson.object(out.resolve("config.json"), 1 << 20);
        assertThat(config.path("id2label").path("1").stringValue()).isEqualTo("question");
        assertThat(config.path("label2id").path("answer").intValue()).isZero();
        assertThat(config.path("model_type").stringValue()).isEqualTo("bert");
    }

    @Test
    void head_isOneProductAndOneSum_onTheGraphsOutput() {
        write(request(MEAN, OPTIONS, data), "out");
        Model model = OnnxReader.read(folder.resolve("out/model.onnx"));
        assertThat(model.graph().outputs().stream().map(Value::name))
                .containsExactly("last_hidden_state", SentenceHead.OUTPUT, ClassifierHead.OUTPUT);
        Node sum = Objects.requireNonNull(model.graph().outputs().getLast().producer());
        assertThat(sum.opType()).isEqualTo("Add");
        Node product = Objects.requireNonNull(sum.inputs().getFirst().producer());
        assertThat(product.opType()).isEqualTo("MatMul");
        assertThat(product.inputs().getFirst().name()).isEqualTo(SentenceHead.OUTPUT);
    }

    @Test
    void prompt_andLength_areThoseOfTheFit_forWhoeverRunsTheResult() {
        EmbedderOptions how = MEAN.withPrompt("query: ").withMaxTokens(8);
        write(request(how, OPTIONS, data), "out");
        Path out = folder.resolve("out");
        InputSet set = Manifest.find(out).orElseThrow().inputSets().getFirst();
        assertThat(set.prompt()).isEqualTo("query: ");
        assertThat(set.maxTokens()).isEqualTo(8);
        String text = "where is it ? a text of more than eight tokens , which are cut";
        try (Embedder before = Embedder.open(RUNTIME, ModelSource.open(WORDS), how);
                Embedder after = Embedder.open(RUNTIME, ModelSource.open(out), EmbedderOptions.DEFAULT)) {
            float[] expected = before.embed(List.of(text)).toFloatArray();
            float[] actual = after.embed(List.of(text)).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(actual[i] - expected[i]))
                        .as("component %d", i)
                        .isLessThan(1e-5f);
            }
        }
    }

    @Test
    void anotherProbe_onTheResult_takesTheHeadsPlace() throws IOException {
        write(request(MEAN, OPTIONS, data), "first");
        Path other = Files.writeString(
                folder.resolve("other.tsv"),
                Files.readString(data).replace("answer", "no").replace("question", "yes"));
        ModelSource first = ModelSource.open(folder.resolve("first"));
        ProbeRequest request =
                new ProbeRequest(first, ProbeInput.TEXTS, other, List.of(), OPTIONS, EmbedderOptions.DEFAULT);
        write(request, "second");
        Model model = OnnxReader.read(folder.resolve("second/model.onnx"));
        assertThat(model.graph().outputs().stream().map(Value::name))
                .containsExactly("last_hidden_state", SentenceHead.OUTPUT, ClassifierHead.OUTPUT);
        try (Classifier classifier =
                Classifier.open(RUNTIME, ModelSource.open(folder.resolve("second")), LogitsOptions.DEFAULT)) {
            assertThat(classifier
                            .classify(List.of("where is it ?"))
                            .getFirst()
                            .getFirst()
                            .label())
                    .isEqualTo("yes");
        }
    }

    @Test
    void severalLabels_getAProbabilityEach() throws IOException {
        Path several = Files.writeString(
                folder.resolve("several.tsv"),
                Files.readString(data)
                        .replace("question\twho", "question,person\twho")
                        .replace("answer\ta king", "person\ta king")
                        .replace("answer\told wine", "\told wine"));
        ProbeOptions options = ProbeOptions.DEFAULT.withFolds(2).withLabels(ProbeOptions.Labels.SEVERAL);
        ProbeResult result = write(request(MEAN, options.withStrengths(100.0), several), "out");
        assertThat(result.fit().counts()).containsOnlyKeys("answer", "person", "question");
        assertThat(result.tests().getFirst().accuracy()).isEqualTo(1.0);
        JsonNode config = StrictJson.object(folder.resolve("out/config.json"), 1 << 20);
        assertThat(config.path("problem_type").stringValue()).isEqualTo("multi_label_classification");
    }

    @Test
    void classifier_ofPictures_standsOnTheirVectors() throws IOException {
        StringBuilder lines = new StringBuilder();
        Path pictures = SAMPLES.resolve("pictures").toAbsolutePath();
        for (String picture : List.of("astronaut", "chelsea", "camera")) {
            lines.append("being\t%s/%s.jpg%n".formatted(pictures, picture));
        }
        for (String picture : List.of("coffee", "rocket", "hubble_deep_field")) {
            lines.append("thing\t%s/%s.jpg%n".formatted(pictures, picture));
        }
        Path file = Files.writeString(folder.resolve("pictures.tsv"), lines);
        EmbedderOptions cls = EmbedderOptions.DEFAULT.withPooling(Pooling.CLS);
        ProbeResult result = write(
                new ProbeRequest(
                        ModelSource.open(SAMPLES.resolve("models/vit-mini")),
                        ProbeInput.PICTURES,
                        file,
                        List.of(file),
                        OPTIONS.withStrengths(10.0, 100.0),
                        cls),
                "out");
        assertThat(result.agreement()).isLessThan(1e-3);
        try (PictureClassifier classifier =
                PictureClassifier.open(RUNTIME, ModelSource.open(folder.resolve("out")), LogitsOptions.DEFAULT)) {
            assertThat(classifier
                            .classify(List.of(pictures.resolve("rocket.jpg")))
                            .getFirst())
                    .extracting(Classifier.Score::label)
                    .containsExactly("thing", "being");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; no lines, expected label<TAB>text",
                "'a text without a label'; line 1: got 1 fields",
                "'a\tb\tc'; line 1: got 3 fields",
                "'a\tx|a\ty|a\tz'; expected two labels or more",
            })
    void rows_thatCannotBe_areRefused_beforeAnythingIsRun(String lines, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.tsv"), lines.replace('|', '\n'));
        assertThatThrownBy(() -> write(request(MEAN, OPTIONS, file), "out"))
                .isInstanceOf(SinterException.class)
                .hasMessageContaining("bad.tsv: ")
                .hasMessageContaining(message);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void tests_ofOtherLabels_areRefused() throws IOException {
        Path test = Files.writeString(folder.resolve("test.tsv"), "answer\tx\norder\ty\n");
        ProbeRequest request =
                new ProbeRequest(ModelSource.open(WORDS), ProbeInput.TEXTS, data, List.of(test), OPTIONS, MEAN);
        assertThatThrownBy(() -> write(request, "out"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("test.tsv: line 2: label \"order\": those of ")
                .hasMessageContaining("[answer, question]");
    }

    @Test
    void prompt_forAModelThatHasItsOwn_isRefused() {
        write(request(MEAN.withPrompt("query: "), OPTIONS, data), "first");
        ProbeRequest request = new ProbeRequest(
                ModelSource.open(folder.resolve("first")),
                ProbeInput.TEXTS,
                data,
                List.of(),
                OPTIONS,
                EmbedderOptions.DEFAULT.withPrompt("passage: "));
        assertThatThrownBy(() -> write(request, "out"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("behind which prompts");
    }

    private ProbeRequest request(EmbedderOptions how, ProbeOptions options, Path rows) {
        return new ProbeRequest(ModelSource.open(WORDS), ProbeInput.TEXTS, rows, List.of(rows), options, how);
    }

    private ProbeResult write(ProbeRequest request, String out) {
        return new ProbeRun(RUNTIME, WriteOptions.DEFAULT, Progress.NONE)
                .write(request, folder.resolve(out), Existing.REFUSE);
    }
}
