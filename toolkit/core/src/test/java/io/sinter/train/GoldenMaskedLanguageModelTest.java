package io.sinter.train;

import static io.sinter.train.TensorAssert.assertClose;
import static io.sinter.train.TensorAssert.assertMoved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.onnx.autodiff.Gradient;
import io.sinter.onnx.autodiff.Gradients;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole tiny model under its masked-language-model loss, against PyTorch. */
class GoldenMaskedLanguageModelTest {

    private static final Path ROOT = Path.of("src/test/resources/golden");

    private static final TrainingOptions OPTIONS = new TrainingOptions(AdamW.DEFAULT, Schedule.constant(0.01));

    /** A model with its loss. */
    private record Scored(Model model, Value loss, List<Value> parameters, SafetensorsFile golden) {

        static Scored of(String name) {
            return of(name, (ops, logits) -> {
                Value labels = ops.graph().addInput("labels", new TensorType(DType.INT64, Shape.of(3, 20)));
                return new Loss.CrossEntropy(-100).emit(ops, logits, labels);
            });
        }

        /** Whose loss reads the labelled rows only. */
        static Scored ofRows(String name) {
            return of(name, (ops, logits) -> {
                TensorType picked = new TensorType(DType.INT64, Shape.of(Dim.of("picked")));
                Value rows = ops.graph().addInput("rows", picked);
                Value labels = ops.graph().addInput("labels", picked);
                return new Loss.CrossEntropy(-100).emit(ops, Loss.rows(ops, logits, rows), labels);
            });
        }

        private static Scored of(String name, BiFunction<Ops, Value, Value> emitted) {
            Path folder = ROOT.resolve("models").resolve(name);
            SafetensorsFile golden =
                    SafetensorsFile.open(ROOT.resolve("training").resolve("mlm_" + name + ".safetensors"));
            ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
            CheckpointWeights weights = new CheckpointWeights(Checkpoint.open(folder));
            Model model =
                    EncoderGraph.build(config, weights, BuildOptions.PORTABLE).model();
            Graph graph = model.graph();
            Value loss = emitted.apply(new Ops(graph, model.opset()), Objects.requireNonNull(graph.value("logits")));
            List<Value> parameters = golden.names().stream()
                    .filter(n -> n.startsWith("mlm/grad."))
                    .map(n -> Objects.requireNonNull(graph.value(n.substring("mlm/grad.".length())), n))
                    .toList();
            return new Scored(model, loss, parameters, golden);
        }

        TensorData tensor(String role) {
            return golden.tensor("mlm/" + role);
        }

        /** What the graph reads; token types are 0 where the model's own code makes them. */
        Map<String, TensorData> batch() {
            Map<String, TensorData> batch = new LinkedHashMap<>();
            for (Value input : model.graph().inputs()) {
                if (golden.names().contains("mlm/" + input.name())) {
                    batch.put(input.name(), tensor(input.name()));
                } else if (input.name().equals("token_type_ids")) {
                    batch.put(input.name(), TensorData.allocate(DType.INT64, List.of(3L, 20L)));
                }
            }
            return batch;
        }

        /** The same, with numbers and labels of the labelled rows only. */
        Map<String, TensorData> rowsOfBatch() {
            Map<String, TensorData> batch = batch();
            long[] labels = tensor("labels").toLongArray();
            long[] rows = IntStream.range(0, labels.length)
                    .filter(i -> labels[i] != -100)
                    .mapToLong(i -> i)
                    .toArray();
            batch.put("rows", TensorData.vector(rows));
            batch.put(
                    "labels",
                    TensorData.vector(
                            Arrays.stream(rows).map(i -> labels[(int) i]).toArray()));
            return batch;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_mlm_tied", "roberta_mlm_tied"})
    void gradients_ofEveryParameter_arePyTorchs(String name) {
        Scored scored = Scored.of(name);
        Graph graph = scored.model().graph();
        Ops ops = new Ops(graph, scored.model().opset());
        List<Gradient> gradients = Gradients.of(ops, scored.loss(), scored.parameters());
        assertThat(gradients).hasSizeGreaterThan(40).allMatch(Gradient.Computed.class::isInstance);
        List.copyOf(graph.outputs()).forEach(graph::removeOutput);
        Map<String, String> outputs = new LinkedHashMap<>();
        for (Value parameter : scored.parameters()) {
            Value gradient = gradients.get(outputs.size()).asValue(ops, parameter);
            graph.addOutput(ops.identity(gradient));
            outputs.put(parameter.name(), graph.outputs().getLast().name());
        }
        Map<String, TensorData> computed;
        try (Session session = new OrtRuntime().open(scored.model(), SessionOptions.DEFAULT)) {
            computed = session.run(scored.batch(), outputs.values());
        }
        outputs.forEach((parameter, output) -> {
            TensorData gradient = asCheckpoint(parameter, Objects.requireNonNull(computed.get(output)));
            assertClose(parameter, gradient, scored.tensor("grad." + parameter), 1e-4, 1e-7);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_mlm_tied", "roberta_mlm_tied"})
    void training_threeStepsOfAdamW_movesAsPyTorch(String name) {
        Scored scored = Scored.of(name);
        assertMovesAsPyTorch(scored, scored.batch());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_mlm_tied", "roberta_mlm_tied"})
    void training_ofLabelledRowsOnly_movesAsPyTorch(String name) {
        Scored scored = Scored.ofRows(name);
        assertMovesAsPyTorch(scored, scored.rowsOfBatch());
    }

    private static void assertMovesAsPyTorch(Scored scored, Map<String, TensorData> batch) {
        TrainingGraph training = TrainingGraph.of(scored.model(), scored.loss(), scored.parameters(), OPTIONS);
        float[] losses = scored.tensor("losses").toFloatArray();
        try (TrainingStep run = SteppedTraining.open(new OrtRuntime(), training, SessionOptions.DEFAULT)) {
            for (int step = 0; step < 3; step++) {
                assertThat(run.step(batch).loss()).isCloseTo(losses[step], within(1e-4));
            }
            for (String parameter : training.trained()) {
                TensorData now = Objects.requireNonNull(run.state().get(parameter));
                assertMoved(
                        parameter,
                        asCheckpoint(parameter, now),
                        scored.tensor("after3." + parameter),
                        scored.tensor("grad." + parameter),
                        1e-3,
                        2 * 3 * 0.01);
            }
        }
    }

    /** Graphs hold the weights of projections {@code [in, out]}. */
    private static TensorData asCheckpoint(String name, TensorData tensor) {
        boolean isProjection = tensor.rank() == 2 && !name.contains("embeddings");
        return isProjection ? Transposition.of(tensor) : tensor;
    }
}
