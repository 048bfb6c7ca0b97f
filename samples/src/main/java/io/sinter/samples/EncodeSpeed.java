package io.sinter.samples;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.RandomWeights;
import io.sinter.encoder.SentenceHead;
import io.sinter.merge.ModelLocation;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.Optimizer;
import io.sinter.optimize.Precision;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Device;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How long a batch takes in the forms that one model can have, in turns, in one process, start-up and warm-up left out,
 * token ids to vectors in Java's memory; and how far each form's output is from the first's.
 *
 * <p>Run with {@code samples/benchmarks/run EncodeSpeed MODEL [cpu|cuda] [SECONDS]}, where MODEL is a directory with a
 * traced .onnx, or a {@code config.json} whose model is built with random weights.
 */
public final class EncodeSpeed {

    private static final int WARM_UP = 3;
    private static final int[][] SHAPES_CPU = {{1, 16}, {1, 128}, {32, 128}};
    private static final int[][] SHAPES_CUDA = {{1, 16}, {1, 128}, {32, 128}, {256, 128}};

    private EncodeSpeed() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        Path path = ModelLocation.resolve(arguments[0], Path.of(""));
        Device device = arguments.length > 1 ? Device.valueOf(arguments[1].toUpperCase(Locale.ROOT)) : Device.CPU;
        double seconds = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 10;
        OrtRuntime runtime = new OrtRuntime();
        SessionOptions options = new SessionOptions(device, 0);
        Map<String, Model> forms = path.toString().endsWith(".json") ? built(path, device) : traced(path, device);
        Map<String, Session> sessions = new LinkedHashMap<>();
        forms.forEach((name, model) -> {
            System.out.printf("%-30s %d nodes%n", name, model.graph().nodes().size());
            sessions.put(name, runtime.open(model, options));
        });
        for (int[] shape : device == Device.CUDA ? SHAPES_CUDA : SHAPES_CPU) {
            measure(sessions, shape[0], shape[1], seconds);
        }
        sessions.values().forEach(Session::close);
    }

    private static Map<String, Model> traced(Path path, Device device) {
        GraphSource source = (GraphSource) ModelSource.open(path);
        Map<String, Model> forms = new LinkedHashMap<>();
        forms.put("traced, ONNX Runtime's level 3", source.readModel());
        for (OptimizeOptions each : forms(device)) {
            forms.put(name(each), Optimizer.optimize(source.readModel(), each).model());
        }
        return forms;
    }

    private static Map<String, Model> built(Path file, Device device) {
        ModelConfig config = ModelConfig.read(file);
        Map<String, Model> forms = new LinkedHashMap<>();
        for (OptimizeOptions each : forms(device)) {
            BuildOptions build = BuildOptions.PORTABLE.withTarget(each.target()).withHead(Head.NONE);
            Model model = EncoderGraph.build(config, new RandomWeights(1, 0.02, Head.NONE), build)
                    .model();
            SentenceHead.of(Pooling.MEAN, Normalization.UNIT_LENGTH).append(model);
            forms.put(
                    name(each), each.reduces() ? Optimizer.optimize(model, each).model() : model);
        }
        return forms;
    }

    private static List<OptimizeOptions> forms(Device device) {
        OptimizeOptions portable = OptimizeOptions.of(Target.PORTABLE);
        return switch (device) {
            case CPU -> {
                OptimizeOptions cpu = OptimizeOptions.of(Target.CPU);
                yield List.of(portable, cpu, cpu.withDtype(Precision.INT8));
            }
            case CUDA -> {
                OptimizeOptions cuda = OptimizeOptions.of(Target.CUDA);
                yield List.of(portable, cuda, cuda.withDtype(Precision.FLOAT16), cuda.withDtype(Precision.BFLOAT16));
            }
        };
    }

    private static String name(OptimizeOptions options) {
        return "%s %s"
                .formatted(
                        options.target().name().toLowerCase(Locale.ROOT),
                        options.dtype().label());
    }

    /** One form's times and latest output. */
    private static final class Form {
        private final String name;
        private final Session session;
        private final List<Double> milliseconds = new ArrayList<>();
        private TensorData vectors = TensorData.vector(0f);

        Form(String name, Session session) {
            this.name = name;
            this.session = session;
        }

        double run(int batch, int length) {
            Map<String, TensorData> inputs = inputs(session, batch, length);
            String output = session.outputs().getLast().name();
            long start = System.nanoTime();
            vectors = session.run(inputs, output);
            return (System.nanoTime() - start) / 1e6;
        }

        double median() {
            return milliseconds.stream().sorted().toList().get(milliseconds.size() / 2);
        }
    }

    private static void measure(Map<String, Session> sessions, int batch, int length, double seconds) {
        List<Form> forms = sessions.entrySet().stream()
                .map(e -> new Form(e.getKey(), e.getValue()))
                .toList();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int round = -WARM_UP; round < 3 || System.nanoTime() < end; round++) {
            for (Form form : forms) {
                double took = form.run(batch, length);
                if (round >= 0) {
                    form.milliseconds.add(took);
                }
            }
        }
        Form first = forms.getFirst();
        System.out.printf("%d x %d tokens, %d rounds%n", batch, length, first.milliseconds.size());
        for (Form form : forms) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-32s median %9.2f ms, best %9.2f ms, %5.2f x as fast as the first, largest difference %.1e%n",
                    form.name,
                    form.median(),
                    form.milliseconds.stream()
                            .mapToDouble(Double::doubleValue)
                            .min()
                            .orElse(0),
                    first.median() / form.median(),
                    difference(form.vectors, first.vectors));
        }
    }

    private static Map<String, TensorData> inputs(Session session, int batch, int length) {
        Random random = new Random(1);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        List<Long> shape = List.of((long) batch, (long) length);
        long[] ids = random.longs((long) batch * length, 1000, 20_000).toArray();
        long[] ones = new long[batch * length];
        Arrays.fill(ones, 1);
        for (Port port : session.inputs()) {
            long[] values = switch (port.name()) {
                case "input_ids" -> ids;
                case "attention_mask" -> ones;
                default -> new long[batch * length];
            };
            inputs.put(
                    port.name(),
                    Conversion.convert(TensorData.of(shape, values), port.type().dtype()));
        }
        return inputs;
    }

    private static double difference(TensorData a, TensorData b) {
        float[] x = Conversion.convert(a, DType.FLOAT).toFloatArray();
        float[] y = Conversion.convert(b, DType.FLOAT).toFloatArray();
        double largest = 0;
        for (int i = 0; i < x.length; i++) {
            largest = Math.max(largest, Math.abs(x[i] - y[i]));
        }
        return largest;
    }
}
