package io.sinter.samples;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sinter.ensemble.Branch;
import io.sinter.ensemble.BranchInput;
import io.sinter.ensemble.EncoderFits;
import io.sinter.ensemble.EnsembleGraph;
import io.sinter.ensemble.EnsembleParameters;
import io.sinter.ensemble.EnsemblePlan;
import io.sinter.ensemble.EnsemblePlanner;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.Device;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How long several encoders in one graph take beside the same encoders run one after another, in turns, in one process: with
 * two threads in an operator, and with one, where ONNX Runtime may run the encoders at the same time.
 *
 * <p>Run with {@code samples/benchmarks/run EncodersSpeed RECIPE [ROUNDS]}, a recipe with {@code combine: {level: sentence}} and
 * without {@code fit}.
 */
public final class EncodersSpeed {

    private static final int WARM_UP = 3;
    private static final int[][] SHAPES = {{1, 16}, {1, 128}};
    private static final String OUTPUT = "sentence_embedding";

    private EncodersSpeed() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, OrtException {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
        EnsemblePlan plan = EnsemblePlanner.plan(RecipeReader.read(Path.of(arguments[0])));
        Model model = EnsembleGraph.build(plan, EnsembleParameters.of(plan, EncoderFits.NONE))
                .model();
        Path file = Files.createTempFile("encoders", ".onnx");
        OnnxWriter.write(model, file, WriteOptions.DEFAULT);
        OrtRuntime runtime = new OrtRuntime();
        List<Session> alone = new ArrayList<>();
        List<Session> alone1 = new ArrayList<>();
        for (Branch branch : plan.branches()) {
            alone.add(runtime.open(branch.model(), new SessionOptions(Device.CPU, 2)));
            alone1.add(runtime.open(branch.model(), new SessionOptions(Device.CPU, 1)));
        }
        try (Session merged = runtime.open(file, new SessionOptions(Device.CPU, 2));
                Session merged1 = runtime.open(file, new SessionOptions(Device.CPU, 1));
                OrtSession parallel = parallel(file)) {
            for (int[] shape : SHAPES) {
                Map<String, TensorData> inputs = inputs(merged, shape[0], shape[1]);
                Map<String, OnnxTensor> tensors = tensors(inputs);
                Timings times = new Timings();
                for (int round = -WARM_UP; round < rounds; round++) {
                    Timings now = round < 0 ? new Timings() : times;
                    now.time("one by one, 2 threads", () -> oneByOne(plan, alone, inputs));
                    now.time("one graph, 2 threads", () -> merged.run(inputs, OUTPUT));
                    now.time("one by one, 1 thread", () -> oneByOne(plan, alone1, inputs));
                    now.time("one graph, 1 thread", () -> merged1.run(inputs, OUTPUT));
                    now.time("one graph, 1 thread each", () -> run(parallel, tensors));
                }
                System.out.printf("%d x %d tokens, %d rounds%n", shape[0], shape[1], rounds);
                times.print();
                times.printRatio("one graph, 2 threads", "one by one, 2 threads");
                times.printRatio("one graph, 1 thread each", "one by one, 1 thread");
                tensors.values().forEach(OnnxTensor::close);
            }
        } finally {
            alone.forEach(Session::close);
            alone1.forEach(Session::close);
            Files.delete(file);
        }
    }

    /** Encoders at the same time, one thread each. */
    private static OrtSession parallel(Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.PARALLEL);
            options.setInterOpNumThreads(2);
            options.setIntraOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        }
    }

    private static void oneByOne(EnsemblePlan plan, List<Session> sessions, Map<String, TensorData> inputs) {
        for (int i = 0; i < sessions.size(); i++) {
            Map<String, TensorData> own = new LinkedHashMap<>();
            for (BranchInput input : plan.branches().get(i).inputs()) {
                own.put(input.own(), inputs.get(input.shared()));
            }
            Session session = sessions.get(i);
            session.run(own, session.outputs().getFirst().name());
        }
    }

    private static void run(OrtSession session, Map<String, OnnxTensor> inputs) {
        try (OrtSession.Result result = session.run(inputs)) {
            result.size();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, OnnxTensor> tensors(Map<String, TensorData> inputs) throws OrtException {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, TensorData> input : inputs.entrySet()) {
            TensorData data = input.getValue();
            long[] shape = data.shape().stream().mapToLong(Long::longValue).toArray();
            tensors.put(
                    input.getKey(),
                    OnnxTensor.createTensor(
                            OrtEnvironment.getEnvironment(), LongBuffer.wrap(data.toLongArray()), shape));
        }
        return tensors;
    }

    private static Map<String, TensorData> inputs(Session session, int batch, int length) {
        List<Long> shape = List.of((long) batch, (long) length);
        long[] ids = new Random(1).longs((long) batch * length, 1000, 20_000).toArray();
        long[] ones = new long[batch * length];
        Arrays.fill(ones, 1);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Port port : session.inputs()) {
            long[] values = port.name().endsWith("input_ids")
                    ? ids
                    : port.name().endsWith("attention_mask") ? ones : new long[batch * length];
            inputs.put(port.name(), TensorData.of(shape, values));
        }
        return inputs;
    }
}
