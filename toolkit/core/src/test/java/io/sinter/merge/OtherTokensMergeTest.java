package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.error.RecipeException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.MaskedExample;
import io.sinter.eval.RandomMasking;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.Execution;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskFiller;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.output.Manifest;
import io.sinter.pooling.Pooling;
import io.sinter.source.ModelSource;
import io.sinter.source.OtherTokenizer;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merges whose graph reads the tokens of two tokenizers. */
class OtherTokensMergeTest {

    private static final Path ROBERTA = Path.of("src/test/resources/tokenizer/roberta_base/tokenizer.json");
    private static final List<String> TEXTS = List.of(
            "The quick brown fox jumps over a lazy dog.",
            "Caf\u00e9 no 7",
            "a",
            "\u732b and \uD83D\uDE00  twice twice");

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("a", TinyModels.encoder(TinyModels.table(1)));
        folder.model("b", TinyModels.encoder(TinyModels.table(2)));
        Path roberta = folder.model("r", TinyModels.encoder(TinyModels.table(3, 600, TinyModels.WIDTH)));
        folder.tokenizer(roberta, ROBERTA);
    }

    private static String recipe(String models, String align) {
        return """
                models: [%s]
                body: a
                vocabulary: {from: a, missing: {method: zero}, min_coverage: 0, align: %s}
                combine: {method: average}
                mode: live
                """.formatted(models, align);
    }

    private static final String A = "{name: a, model: a, pooling: mean}";
    private static final String B = "{name: b, model: b}";
    private static final String R = "{name: r, model: r}";

    private static float[] embed(Path directory, List<String> texts) {
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withMaxTokens(24);
        try (Embedder embedder = Embedder.open(MergeFolder.RUNTIME, ModelSource.open(directory), options)) {
            return embedder.embed(texts).toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"offsets", "position"})
    void sameTokenizers_giveThePlainLiveModel(String align) {
        Path plain = folder.merge("""
                models: [%s, %s]
                body: a
                combine: {method: average}
                mode: live
                """.formatted(A, B), "plain");

        Path aligned = folder.merge(recipe(A + ", " + B, align), align);

        assertThat(difference(embed(aligned, TEXTS), embed(plain, TEXTS))).isLessThan(1e-6);
    }

    /** Looks up ids in one row, as some exporters do. */
    private static Model flattened(TensorData table) {
        Graph graph = new Graph("flattened");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        TensorType ints = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value ids = graph.addInput("input_ids", ints);
        Value rows = ops.gather(ops.constant("word.table", table), ops.reshape(ids, -1), 0);
        Value extents = ops.concat(0, List.of(ops.shape(ids), ops.constant(TensorData.vector(table.dim(1)))));
        TinyModels.output(graph, "last_hidden_state", ops.tanh(ops.reshape(rows, extents)));
        return TinyModels.model(graph, Opsets.EMITTED);
    }

    @ParameterizedTest
    @CsvSource({"fused, offsets", "fused, position", "flattened, offsets", "flattened, position"})
    void bodiesThatLookUpOtherwise_areServedToo(String body, String align) {
        TensorData table = TinyModels.table(1);
        folder.model("a", body.equals("fused") ? FusedLookupMergeTest.fused(table) : flattened(table));

        Path plain = folder.merge(recipe(A + ", " + B, "vocabulary"), "plain");
        Path aligned = folder.merge(recipe(A + ", " + B, align), "aligned");

        assertThat(difference(embed(aligned, TEXTS), embed(plain, TEXTS))).isLessThan(1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"offsets", "position"})
    void orderOfModels_doesNotChangeAnAverage(String align) {
        Path one = folder.merge(recipe(A + ", " + B + ", " + R, align), "one");
        Path other = folder.merge(recipe(R + ", " + A + ", " + B, align), "other");

        assertThat(difference(embed(one, TEXTS), embed(other, TEXTS))).isLessThan(1e-6);
    }

    /** Against the definition, token by token, character by character. */
    @Test
    void offsets_giveTheMeanOfTheRows_thatCoverTheSameCharacters() {
        Path out = folder.merge("""
                models: [{name: a, model: a}, {name: r, model: r}]
                vocabulary: {from: a, missing: {method: zero}, min_coverage: 0, align: offsets}
                combine: {method: weighted-sum, weights: [0.0, 1.0]}
                mode: live
                """, "out");
        TensorData table = TinyModels.table(3, 600, TinyModels.WIDTH);
        try (Tokenizer bert = Tokenizer.open(MergeFolder.TOKENIZER, 64);
                Tokenizer roberta = Tokenizer.open(ROBERTA, 64)) {
            for (String text : List.of("The quick brown fox", "twice, no 7!")) {
                float[] expected = new float[TinyModels.WIDTH];
                Encoding first = bert.encodeWhole(List.of(text)).getFirst();
                Encoding second = roberta.encodeWhole(List.of(text)).getFirst();
                for (Encoding.Span span : first.spans()) {
                    int[] covering = IntStream.range(0, second.length())
                            .filter(i -> second.spans().get(i).start() < span.end()
                                    && span.start() < second.spans().get(i).end())
                            .toArray();
                    for (int i : covering) {
                        float[] row =
                                table.rows(id(second, i), id(second, i) + 1).toFloatArray();
                        for (int k = 0; k < row.length; k++) {
                            expected[k] += row[k] / covering.length;
                        }
                    }
                }
                assertThat(difference(embed(out, List.of(text)), unit(expected)))
                        .as(text)
                        .isLessThan(1e-5);
            }
        }
    }

    private static long id(Encoding encoding, int token) {
        return encoding.ids().toLongArray()[token];
    }

    private static float[] unit(float[] vector) {
        double norm = 0;
        for (float x : vector) {
            norm += (double) x * x;
        }
        float[] scaled = vector.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (scaled[i] / Math.sqrt(norm));
        }
        return scaled;
    }

    @ParameterizedTest
    @CsvSource({"offsets, 'input_ids_r,spans_r'", "position, input_ids_r"})
    void output_hasInputsTokenizerAndManifest_andIsVerified(String align, String inputs) throws IOException {
        Path out = folder.merge(recipe(A + ", " + R, align), "out");

        Graph graph = OnnxReader.read(out.resolve("model.onnx")).graph();
        assertThat(graph.inputs().stream().map(v -> v.name()).toList()).contains(inputs.split(","));
        assertThat(out.resolve("tokenizers/r/tokenizer.json")).hasSameBinaryContentAs(ROBERTA);
        assertThat(Manifest.find(out).orElseThrow().tokenizers())
                .extracting(OtherTokenizer::name)
                .containsExactly("r");
        assertThat(ModelSource.open(out).companions().otherTokenizers())
                .isEqualTo(Manifest.find(out).orElseThrow().tokenizers());
        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
        assertThat(embed(out, TEXTS)).as("finite").doesNotContain(Float.NaN);
    }

    @Test
    void masks_areFilled_withTheOthersMaskBeside() {
        folder.model(
                "h", TinyModels.encoder(TinyModels.Spec.of(TinyModels.table(1)).with(TinyModels.Head.TRANSPOSED_COPY)));
        String models = "{name: a, model: h}, " + B;
        Path plain = folder.merge(recipe(models, "vocabulary"), "plain");
        Path aligned = folder.merge(recipe(models, "offsets"), "aligned");

        try (MaskFiller one = MaskFiller.open(MergeFolder.RUNTIME, ModelSource.open(plain), LogitsOptions.DEFAULT);
                MaskFiller two =
                        MaskFiller.open(MergeFolder.RUNTIME, ModelSource.open(aligned), LogitsOptions.DEFAULT)) {
            List<String> texts = List.of("the [MASK] fox", "[MASK]");
            List<MaskFiller.Filled> expected = one.fill(texts, 3);
            List<MaskFiller.Filled> got = two.fill(texts, 3);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(got.get(i).masks().getFirst().fills())
                        .extracting(MaskFiller.Fill::id)
                        .containsExactlyElementsOf(expected.get(i).masks().getFirst().fills().stream()
                                .map(MaskFiller.Fill::id)
                                .toList());
            }
        }
    }

    /** Else the second tokenizer would see what the first is asked for. */
    @Test
    void tokensToBePredicted_areNotInTheTextThatTheOtherReads() {
        TinyModels.Spec spec = TinyModels.Spec.of(TinyModels.table(1)).with(TinyModels.Head.TRANSPOSED_COPY);
        folder.model("h", TinyModels.encoder(spec));
        Path out = folder.merge(recipe("{name: a, model: h}, " + R, "offsets"), "out");
        String text = "the quick brown fox jumps over a lazy dog and back ".repeat(12);
        LogitsOptions options = new LogitsOptions("logits", OptionalInt.of(32), Execution.processor());
        int masks = 0;
        try (MaskedLanguageModel model =
                MaskedLanguageModel.open(MergeFolder.RUNTIME, ModelSource.open(out), options)) {
            for (MaskedExample example : new RandomMasking(5).mask(List.of(text), model)) {
                Encoding masked = example.text();
                int[] points = masked.text().orElseThrow().codePoints().toArray();
                for (int position : example.positions()) {
                    Encoding.Span span = masked.spans().get(position);
                    String written = new String(points, span.start(), span.end() - span.start());
                    if (id(masked, position) == model.maskId()) {
                        assertThat(written).isEqualTo("[MASK]");
                        masks++;
                    } else {
                        String token = model.tokenizer()
                                .vocabulary()
                                .token((int) id(masked, position))
                                .orElseThrow();
                        assertThat(token).isIn(written, "##" + written);
                    }
                }
            }
            assertThat(MaskedEvaluation.run(
                                    model, new MaskedDataset("text", new RandomMasking(5).mask(List.of(text), model)))
                            .loss())
                    .isFinite();
        }
        assertThat(masks).isGreaterThan(3);
    }

    @Test
    void inputThatIsCalledOtherwise_isAnError() {
        Path out = folder.merge(recipe(A + ", " + R, "offsets"), "out");
        Path file = out.resolve("model.onnx");
        Model model = OnnxReader.read(file);
        model.graph().rename(Objects.requireNonNull(model.graph().value("spans_r")), "spans");
        OnnxWriter.write(model, file, WriteOptions.DEFAULT);

        assertThatThrownBy(() -> embed(out, TEXTS))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("sinter.json says that the graph reads int64 \"spans_r\" for the tokens of r");
    }

    @Test
    void secondTokenizerThatIsNotThere_isAnError() throws IOException {
        Path out = folder.merge(recipe(A + ", " + R, "offsets"), "out");
        Files.delete(out.resolve("tokenizers/r/tokenizer.json"));

        assertThatThrownBy(() -> embed(out, TEXTS)).isInstanceOf(MissingException.class);
    }

    @Test
    void whatCannotBeRead_isRefusedBeforeWork() throws IOException {
        assertRefused(
                recipe(A + ", " + R, "offsets").replace("mode: live", "mode: bake"),
                RecipeException.class,
                "vocabulary: align: offsets: needs mode: live");
        assertRefused(
                recipe(A + ", " + R, "position").replace("from: a", "from: r"),
                RecipeException.class,
                "vocabulary: align: position: needs from: a, whose tokens the encoder reads; got from: r");
        assertRefused(
                recipe(A + ", {name: a/b, model: r}", "offsets"), RecipeException.class, "the name \"a/b\" becomes");
        assertRefused(
                recipe(A + ", " + R, "offsets") + "output: {target: cpu}\n",
                UnsupportedException.class,
                "give the output to sinter optimize");
        Files.delete(temp.resolve("r/tokenizer.json"));
        assertRefused(recipe(A + ", " + R, "offsets"), MissingException.class, "r has no tokenizer");
    }

    private void assertRefused(String recipe, Class<? extends SinterException> kind, String message) {
        assertThatThrownBy(() -> folder.plan(recipe)).isInstanceOf(kind).hasMessageContaining(message);
    }

    @Test
    void nameOfAnInputThatTheBodyHas_isAnError() {
        Model model = TinyModels.encoder(TinyModels.table(1));
        Graph graph = model.graph();
        graph.rename(Objects.requireNonNull(graph.value("position.table")), "spans_r");
        folder.model("a", model);

        assertThatThrownBy(() -> folder.merge(recipe(A + ", " + R, "offsets"), "out"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("has a value \"spans_r\" already");
    }
}
