package io.sinter.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.combine.Uniform;
import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.file.Unfinished;
import io.sinter.finetune.Opening.Purpose;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import io.sinter.train.AdamW;
import io.sinter.train.RunOptions;
import io.sinter.train.Schedule;
import io.sinter.train.StepReport;
import io.sinter.train.TrainingListener;
import io.sinter.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainableTest {

    private static final Path MINI = Path.of("../../samples/models/bert-mini").toAbsolutePath();
    private static final Opening SENTENCES =
            new Opening(Purpose.SENTENCES, Optional.of(Pooling.MEAN), OptionalInt.of(16));
    private static final OrtRuntime RUNTIME = new OrtRuntime();
    private static final int WIDTH = 8;

    @TempDir
    Path folder;

    /** Losses of three steps, and the directory that was written then. */
    private record Done(List<Double> losses, Path output) {}

    private Done train(Path directory, Selection what) throws IOException {
        List<Double> losses = new ArrayList<>();
        Path output =
                Files.createDirectories(folder.resolve("out-" + what.getClass().getSimpleName()));
        try (Trainable model = Trainable.open(directory, SENTENCES)) {
            FineTuning tuning = new FineTuning(
                    model,
                    new Toy(model),
                    what,
                    new TrainingOptions(AdamW.DEFAULT, Schedule.constant(1e-3)),
                    RunOptions.of(3));
            FineTuning.Learned learned =
                    tuning.run(RUNTIME, SessionOptions.DEFAULT, Optional.empty(), new TrainingListener() {
                        @Override
                        public void stepped(StepReport report) {
                            losses.add(report.loss());
                        }
                    });
            for (String name : List.of("config.json", "tokenizer.json")) {
                if (Files.exists(directory.resolve(name))) {
                    Files.copy(directory.resolve(name), output.resolve(name));
                }
            }
            tuning.write(learned, output);
        }
        return new Done(losses, output);
    }

    private double lossOf(Path directory, Opening opening) {
        double[] loss = new double[1];
        try (Trainable model = Trainable.open(directory, opening)) {
            new FineTuning(
                            model,
                            new Toy(model),
                            Selection.all(),
                            new TrainingOptions(AdamW.DEFAULT, Schedule.constant(1e-3)),
                            RunOptions.of(1))
                    .run(RUNTIME, SessionOptions.DEFAULT, Optional.empty(), new TrainingListener() {
                        @Override
                        public void stepped(StepReport report) {
                            loss[0] = report.loss();
                        }
                    });
        }
        return loss[0];
    }

    private static Path copy(Path to, DType dtype) throws IOException {
        Files.createDirectories(to);
        Files.copy(MINI.resolve("config.json"), to.resolve("config.json"));
        Files.copy(MINI.resolve("tokenizer.json"), to.resolve("tokenizer.json"));
        Checkpoint checkpoint = Checkpoint.open(MINI);
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        checkpoint.names().forEach(name -> tensors.put(name, Conversion.convert(checkpoint.tensor(name), dtype)));
        SafetensorsWriter.write(to.resolve("model.safetensors"), tensors, Map.of());
        return to;
    }

    @Test
    void checkpoint_keepsNamesShapesAndTypes_andHasTheLowerLoss() throws IOException {
        Path half = copy(folder.resolve("half"), DType.BFLOAT16);
        Done done = train(half, Selection.all());
        Checkpoint before = Checkpoint.open(half);
        Checkpoint after = Checkpoint.open(done.output());
        assertThat(after.names()).containsExactlyInAnyOrderElementsOf(before.names());
        for (String name : before.names()) {
            assertThat(after.tensor(name).dtype()).isEqualTo(DType.BFLOAT16);
            assertThat(after.tensor(name).shape()).isEqualTo(before.tensor(name).shape());
        }
        assertThat(lossOf(done.output(), SENTENCES))
                .isLessThan(done.losses().getLast())
                .isLessThan(done.losses().getFirst());
    }

    @Test
    void untrainedTensors_keepTheirBytes() throws IOException {
        Done done = train(MINI, new Selection.Only(List.of("encoder.layer.1.*")));
        Checkpoint before = Checkpoint.open(MINI);
        Checkpoint after = Checkpoint.open(done.output());
        for (String name : before.names()) {
            assertThat(after.tensor(name).contentEquals(before.tensor(name)))
                    .as(name)
                    .isEqualTo(!name.contains("encoder.layer.1."));
        }
    }

    @Test
    void lora_changesItsMatricesOnly() throws IOException {
        Done done = train(MINI, new Selection.Lora(2, 4, List.of("*query*"), 5));
        Checkpoint before = Checkpoint.open(MINI);
        Checkpoint after = Checkpoint.open(done.output());
        int changed = 0;
        for (String name : before.names()) {
            boolean chosen = name.endsWith("query.weight");
            assertThat(after.tensor(name).contentEquals(before.tensor(name)))
                    .as(name)
                    .isEqualTo(!chosen);
            if (chosen) {
                changed++;
            }
        }
        assertThat(changed).isGreaterThan(1);
        assertThat(done.losses().getLast()).isLessThan(done.losses().getFirst());
    }

    @Test
    void update_isAddedTimesAlphaOverRank() {
        Graph graph = new Graph("update");
        Value weight = graph.addInitializer("w", TensorData.of(List.of(2L, 3L), 1f, 2f, 3f, 4f, 5f, 6f));
        LowRankUpdate update = LowRankUpdate.of(weight, new Selection.Lora(1, 0.5, List.of(), 1), new Uniform(1));
        Map<String, TensorData> trained = Map.of(
                "w/lora_A", TensorData.of(List.of(2L, 1L), 2f, -4f),
                "w/lora_B", TensorData.of(List.of(1L, 3L), 1f, 0f, 3f));
        assertThat(update.merged(trained).toFloatArray()).containsExactly(2f, 2f, 6f, 2f, 5f, 0f);
    }

    @Test
    void seeds_reproduce() throws IOException {
        Path first =
                train(MINI, new Selection.Lora(2, 4, List.of("*value*"), 5)).output();
        byte[] bytes = Files.readAllBytes(first.resolve("model.safetensors"));
        Unfinished.deleteTree(first);
        Path second =
                train(MINI, new Selection.Lora(2, 4, List.of("*value*"), 5)).output();
        assertThat(Files.readAllBytes(second.resolve("model.safetensors"))).isEqualTo(bytes);
    }

    @Test
    void pattern_thatMeansNothing_namesWhatIsNear() {
        try (Trainable model = Trainable.open(MINI, SENTENCES)) {
            assertThatThrownBy(() -> new FineTuning(
                                    model,
                                    new Toy(model),
                                    new Selection.Only(List.of("encoder.layer.99.*")),
                                    new TrainingOptions(AdamW.DEFAULT, Schedule.constant(1e-3)),
                                    RunOptions.of(1))
                            .prepare())
                    .isInstanceOf(IncompatibleException.class)
                    .hasMessageContaining("train: only: \"encoder.layer.99.*\" matches none of")
                    .hasMessageContaining("bert.encoder.layer.0.");
        }
    }

    /** tanh(E[ids]·W) and its scores by a second copy of E, transposed, in that type. */
    private Path graph(String name, DType dtype) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        Graph graph = new Graph(name);
        Ops ops = new Ops(graph, 17);
        TensorType ids = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value input = graph.addInput("input_ids", ids);
        graph.addInput("attention_mask", ids);
        Random random = new Random(7);
        TensorData elements = random(random, 6_144, WIDTH, dtype);
        Value table = graph.addInitializer("table", elements);
        Value weight = graph.addInitializer("weight", random(random, WIDTH, WIDTH, dtype));
        Value rows = ops.gather(table, input, 0);
        Value hidden = ops.tanh(ops.matMul(rows, weight));
        Value vectors = ops.cast(hidden, DType.FLOAT);
        graph.rename(vectors, "last_hidden_state");
        graph.addOutput(vectors);
        Value copy = graph.addInitializer("table_T", Transposition.of(elements));
        Value logits = ops.cast(ops.matMul(hidden, copy), DType.FLOAT);
        graph.rename(logits, "logits");
        graph.addOutput(logits);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        OnnxWriter.write(model, directory.resolve("model.onnx"), WriteOptions.DEFAULT);
        Files.copy(MINI.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        return directory;
    }

    private static TensorData random(Random random, int rows, int columns, DType dtype) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Conversion.convert(TensorData.of(List.of((long) rows, (long) columns), values), dtype);
    }

    @Test
    void graph_in16Bits_keepsItsTypes_andItsHeadStaysTheTable() throws IOException {
        Done done = train(graph("half", DType.FLOAT16), Selection.all());
        assertThat(done.losses().getLast()).isLessThan(done.losses().getFirst());
        Graph written = OnnxReader.read(done.output().resolve("model.onnx")).graph();
        TensorData table = Objects.requireNonNull(
                Objects.requireNonNull(written.value("table")).initializer());
        TensorData copy = Objects.requireNonNull(
                Objects.requireNonNull(written.value("table_T")).initializer());
        assertThat(table.dtype()).isEqualTo(DType.FLOAT16);
        assertThat(copy.contentEquals(Transposition.of(table))).isTrue();
        // The pooling is in the graph now.
        assertThat(lossOf(done.output(), Opening.of(Purpose.SENTENCES)))
                .isLessThan(done.losses().getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "sinter/combine/table, false",
        "bert.encoder.layer.0.attention.self.query.weight, false",
        "cosine.weight, false",
        "onnx::MatMul_1234, false",
        "inv_freq, true",
        "inv_freq_growth, true",
        "model.rotary_emb.inv_freq, true",
        "/layers.0/rotary_emb/cos_cached, true",
        "sin_1, true",
        "embeddings.position_ids, true"
    })
    void constantsOfAnglesAndPositions_areNoWeights(String name, boolean fixed) {
        assertThat(GraphForTraining.isFixed(name)).isEqualTo(fixed);
    }

    @Test
    void quantisedGraph_isRefused_withWhatToDo() throws IOException {
        Path directory = graph("bytes", DType.FLOAT);
        Model model = OnnxReader.read(directory.resolve("model.onnx"));
        Graph graph = model.graph();
        Value bytes = graph.addInitializer(
                "bytes",
                new TensorData(
                        DType.INT8,
                        List.of(1L),
                        TensorData.allocate(DType.INT8, List.of(1L)).data()));
        Value scale = graph.addInitializer("scale", TensorData.scalar(1f));
        graph.addNode(
                new Node("", "DequantizeLinear", List.of(bytes, scale), Map.<String, Attribute>of()), List.of("x"));
        OnnxWriter.write(model, directory.resolve("model.onnx"), WriteOptions.DEFAULT);
        assertThatThrownBy(() -> Trainable.open(directory, SENTENCES))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("quantised weights cannot be trained: train the float32 model")
                .hasMessageContaining("sinter optimize");
    }
}
