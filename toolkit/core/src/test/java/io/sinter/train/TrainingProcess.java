package io.sinter.train;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/** A training of a small network, in this process or another: {@code FOLDER STEPS}. */
final class TrainingProcess {

    private static final int WIDTH = 24;

    private TrainingProcess() {}

    public static void main(String[] arguments) {
        run(Path.of(arguments[0]), training(Long.parseLong(arguments[1]), 1000), TrainingListener.NONE);
    }

    static Trained run(Path folder, Training training, TrainingListener listener) {
        SessionOptions twoThreads = new SessionOptions(SessionOptions.DEFAULT.device(), 2);
        return TrainingRun.run(new OrtRuntime(), twoThreads, training, Optional.of(folder), listener);
    }

    /** With a checkpoint every 20 steps, a measurement every 7, and no early stop before {@code patience} measurements. */
    static Training training(long steps, int patience) {
        RunOptions options = new RunOptions(steps, 20, 7, Optional.of(new EarlyStopping(patience)));
        Schedule schedule = new Schedule(Schedule.Decay.COSINE, 3e-3, 10, 10_000);
        return new Training(
                network(new TrainingOptions(AdamW.DEFAULT, schedule, 1)),
                TrainingProcess::batch,
                Optional.of(new HeldOutLoss()),
                options);
    }

    /** tanh(x·a)·b is to be sin of the sum of x. */
    private static TrainingGraph network(TrainingOptions options) {
        Graph graph = new Graph("network");
        Ops ops = new Ops(graph, 17);
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(WIDTH))));
        Value y = graph.addInput("y", new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(1))));
        Value a = graph.addInitializer("a", random(1, WIDTH, WIDTH));
        Value b = graph.addInitializer("b", random(2, WIDTH, 1));
        Value predicted = ops.matMul(ops.tanh(ops.matMul(x, a)), b);
        Value loss = new Loss.MeanSquaredError().emit(ops, predicted, y);
        graph.rename(loss, "loss");
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return TrainingGraph.of(model, loss, List.of(a, b), options);
    }

    private static TensorData random(long seed, long rows, long columns) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[(int) (rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-0.5, 0.5);
        }
        return TensorData.of(List.of(rows, columns), values);
    }

    static Map<String, TensorData> batch(long number) {
        TensorData x = random(100 + number, 64, WIDTH);
        float[] elements = x.toFloatArray();
        float[] y = new float[64];
        for (int i = 0; i < elements.length; i++) {
            y[i / WIDTH] += elements[i];
        }
        for (int row = 0; row < y.length; row++) {
            y[row] = (float) Math.sin(y[row]);
        }
        return Map.of("x", x, "y", TensorData.of(List.of(64L, 1L), y));
    }

    /** The loss on a batch that is not trained on. */
    private record HeldOutLoss() implements DevMeasure {
        @Override
        public String metric() {
            return "loss";
        }

        @Override
        public Better better() {
            return Better.LOWER;
        }

        @Override
        public double measure(Forward forward) {
            return Objects.requireNonNull(
                            forward.run(batch(-1), List.of("loss")).get("loss"))
                    .toFloatArray()[0];
        }
    }

    /** Starts another process. */
    static Process start(Path folder, long steps) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dsinter.cache=" + System.getProperty("sinter.cache"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainingProcess.class.getName(),
                        folder.toString(),
                        Long.toString(steps))
                .inheritIO()
                .start();
    }
}
