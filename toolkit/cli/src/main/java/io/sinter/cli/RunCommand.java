package io.sinter.cli;

import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.hub.Wanted;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sinter run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs raw tensors through a graph: inputs from one safetensors file, outputs to another.",
        footerHeading = "%nExample:%n",
        footer = "  sinter run model.onnx --inputs in.safetensors -o out.safetensors")
final class RunCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "MODEL.onnx",
            description = "The graph: a file, a directory with one, hf:ORG/NAME or hf:ORG/NAME/PATH/MODEL.onnx.")
    private String model = "";

    @Option(
            names = "--inputs",
            required = true,
            paramLabel = "FILE",
            description = "A safetensors file with a tensor for each input, by name.")
    private Path inputs = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The safetensors file to write.")
    private Path output = Path.of("");

    @Option(
            names = "--outputs",
            split = ",",
            paramLabel = "NAME",
            description = "Outputs to compute, by name (default: all).")
    private @Nullable List<String> wanted;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private HubOptions hub = new HubOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        SafetensorsFile file = SafetensorsFile.open(inputs);
        Map<String, TensorData> given = new LinkedHashMap<>();
        file.names().forEach(name -> given.put(name, file.tensor(name)));
        try (Session session = new OrtRuntime().open(graph(), run.session())) {
            List<String> names =
                    wanted == null ? session.outputs().stream().map(Port::name).toList() : wanted;
            Map<String, TensorData> results = run(session, given, names);
            SafetensorsWriter.write(output, results, Map.of());
            Map<String, String> shapes = new LinkedHashMap<>();
            results.forEach((name, tensor) -> shapes.put(name, tensor.describe()));
            printer.print(shapes, out -> {
                out.println(output + ":");
                shapes.forEach((name, shape) -> out.printf("  %s  %s%n", shape, name));
            });
        }
        return ExitCode.OK.code();
    }

    private Path graph() {
        Path path = hub.find(model, Wanted.GRAPH);
        if (!Files.isDirectory(path)) {
            return path;
        }
        if (ModelSource.open(path) instanceof GraphSource source) {
            return source.graph();
        }
        throw new UnsupportedException(path + ": has no .onnx graph; sinter export makes one of a checkpoint");
    }

    /** Runs a session; what would be a program's mistake is here a file that does not fit the graph. */
    private static Map<String, TensorData> run(Session session, Map<String, TensorData> given, List<String> names) {
        try {
            return session.run(given, names);
        } catch (IllegalArgumentException e) {
            throw new IncompatibleException(String.valueOf(e.getMessage()), e);
        }
    }
}
