package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.StaticEmbedding;
import io.sinter.runtime.OrtRuntime;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedderTest {

    private static final Path BERT = Path.of("../../onnx-graphs/src/test/resources/io/sinter/onnx/io/bert_base");
    private static final Path TOKENIZER = Path.of("src/test/resources/tokenizer/bert_base/tokenizer.json");

    @TempDir
    Path folder;

    private Embedder open(EmbedderOptions options) {
        return Embedder.open(new OrtRuntime(), ModelSource.open(folder), options);
    }

    private void bert() throws IOException {
        Files.copy(BERT.resolve("model.onnx"), folder.resolve("model.onnx"));
        Files.copy(TOKENIZER, folder.resolve("tokenizer.json"));
    }

    private void graph(Graph graph) throws IOException {
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        OnnxWriter.write(model, folder.resolve("model.onnx"), WriteOptions.DEFAULT);
        Files.copy(TOKENIZER, folder.resolve("tokenizer.json"));
    }

    @Test
    void encoder_givesTheGoldenSentenceVectors() throws IOException {
        bert();
        float[] golden = SafetensorsFile.open(Path.of("src/test/resources/golden/models/bert_base/golden.safetensors"))
                .tensor("pooled.mean_normalized")
                .toFloatArray();
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withMaxTokens(20);
        try (Embedder embedder = open(options)) {
            float[] got = embedder.embed(List.of("Café no 7", "The quick brown fox jumps over a lazy dog"))
                    .toFloatArray();

            for (int i = 0; i < 36; i++) {
                assertThat(got[i]).isCloseTo(golden[2 * 36 + i], within(1e-5f));
                assertThat(got[36 + i]).isCloseTo(golden[i], within(1e-5f));
            }
        }
    }

    @Test
    void order_isThatOfTheTexts_howeverTheyAreBatched() throws IOException {
        bert();
        long seed = 3;
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            texts.add("the quick brown fox ".repeat(random.nextInt(4)) + i);
        }
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withPooling(Pooling.CLS).withMaxTokens(40);
        Execution alone = new Execution(options.execution().session(), 1, 1);
        try (Embedder batched = open(options);
                Embedder oneByOne = open(options.withExecution(alone))) {
            float[] expected = oneByOne.embed(texts).toFloatArray();
            assertThat(batched.embed(texts).toFloatArray())
                    .as("seed %d", seed)
                    .containsExactly(expected, within(2e-5f));
        }
    }

    @Test
    void prompt_goesBeforeEveryText() throws IOException {
        bert();
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withMaxTokens(40);
        try (Embedder plain = open(options);
                Embedder prompted = open(options.withPrompt("query: "))) {
            assertThat(prompted.embed(List.of("merge")).toFloatArray())
                    .containsExactly(plain.embed(List.of("query: merge")).toFloatArray());
        }
    }

    @Test
    void poolingThatIsNotKnown_listsTheOutputs() throws IOException {
        bert();

        assertThatThrownBy(() -> open(EmbedderOptions.DEFAULT))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("\"last_hidden_state\" FLOAT [")
                .hasMessageContaining("\"pooler_output\" FLOAT [")
                .hasMessageEndingWith("give a pooling: cls, mean, max, last-token, weighted-mean or mean-sqrt-len");
    }

    @Test
    void pooling_comesFromTheFilesBesideTheModel() throws IOException {
        bert();
        Files.writeString(
                folder.resolve("modules.json"),
                "[{\"path\": \"1_Pooling\", \"type\": \"sentence_transformers.models.Pooling\"}]");
        Files.createDirectory(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling/config.json"), "{\"pooling_mode_mean_tokens\": true}");
        try (Embedder embedder = open(EmbedderOptions.DEFAULT)) {
            assertThat(embedder.pooling()).contains(Pooling.MEAN);
        }
    }

    @Test
    void graphThatPools_isTakenAsItIs() throws IOException {
        TensorData table = TensorData.allocate(DType.FLOAT, List.of(211L, 2L));
        for (int i = 0; i < 422; i++) {
            table.data().setAtIndex(TensorData.F32, i, i);
        }
        Model model = StaticEmbedding.of(table, Pooling.CLS, Normalization.NONE);
        OnnxWriter.write(model, folder.resolve("model.onnx"), WriteOptions.DEFAULT);
        Files.copy(TOKENIZER, folder.resolve("tokenizer.json"));
        EmbedderOptions options = EmbedderOptions.DEFAULT.withNormalization(Normalization.NONE);
        try (Embedder embedder = open(options);
                Embedder pooling = open(options.withPooling(Pooling.LAST_TOKEN))) {
            assertThat(embedder.pooling()).isEmpty();
            assertThat(embedder.width()).hasValue(2);
            // [CLS] is token 2, [SEP] token 3.
            assertThat(embedder.embed(List.of("a", "b")).toFloatArray()).containsExactly(4, 5, 4, 5);
            assertThat(pooling.embed(List.of("a")).toFloatArray()).containsExactly(6, 7);
        }
    }

    @Test
    void int32InputsOfAnotherName_andPositions_areFed() throws IOException {
        Graph graph = new Graph("g");
        Shape shape = Shape.of(Dim.of("b"), Dim.of("s"));
        Value ids = graph.addInput("input_ids", new TensorType(DType.INT32, shape));
        Value positions = graph.addInput("position_ids", new TensorType(DType.INT64, shape));
        Ops ops = new Ops(graph, 17);
        Value sum = ops.add(ops.cast(ids, DType.FLOAT), ops.cast(positions, DType.FLOAT));
        graph.addOutput(ops.unsqueeze(sum, -1));
        graph(graph);
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withNormalization(Normalization.NONE).withPooling(Pooling.LAST_TOKEN);
        try (Embedder embedder = open(options)) {
            // [CLS] [SEP]: id 3 at position 1.
            assertThat(embedder.embed(List.of("")).toFloatArray()).containsExactly(4);
        }
    }

    @Test
    void inputThatIsNotKnown_isRefused() throws IOException {
        Graph graph = new Graph("g");
        Value ids = graph.addInput("input_ids", new TensorType(DType.INT64, Shape.of(Dim.of("b"), Dim.of("s"))));
        graph.addInput("features", new TensorType(DType.FLOAT, Shape.of(Dim.of("b"), Dim.of("p"))));
        graph.addOutput(new Ops(graph, 17).cast(ids, DType.FLOAT));
        graph(graph);

        assertThatThrownBy(() -> open(EmbedderOptions.DEFAULT))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("\"features\" FLOAT");
    }

    @Test
    void table_hasNoGraphToRun() {
        Path file = folder.resolve("t.safetensors");
        SafetensorsWriter.write(file, Map.of("t", TensorData.of(List.of(1L, 1L), 1f)), Map.of());

        assertThatThrownBy(() -> Embedder.open(new OrtRuntime(), ModelSource.open(file), EmbedderOptions.DEFAULT))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("a bare table, which has no graph to run");
    }
}
