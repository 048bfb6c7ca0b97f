package io.sinter.samples;

import io.sinter.bake.Bake;
import io.sinter.bake.CombinedTable;
import io.sinter.bake.GrowingTable;
import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.DType;
import io.sinter.tensor.ScratchMemory;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long the averaging of two large tables takes, from mapped files to the new .onnx, beside a plain C loop with buffered
 * reads and writes on the same files: in turns, page cache warm. Both are timed until their output is written; what is then
 * flushed to the disk (Sinter always does that, the loop never) is timed apart, with {@code sync}.
 *
 * <p>Run with {@code samples/benchmarks/run TableSpeed [MEGABYTES [ROUNDS]]}; needs {@code cc}.
 */
public final class TableSpeed {

    private static final int WIDTH = 512;
    private static final int WARM_UP = 2;

    private final Path folder;
    private final Bake bake = new Bake(new OrtRuntime(), SessionOptions.DEFAULT);

    private TableSpeed(Path folder) {
        this.folder = folder;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long megabytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1024;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".table-speed-");
        try {
            new TableSpeed(folder).measure(megabytes, rounds);
        } finally {
            Commands.run("rm", "-rf", folder.toString());
        }
    }

    private void measure(long megabytes, int rounds) throws IOException, InterruptedException {
        Path source = Path.of("samples/benchmarks/average_f32.c").toAbsolutePath();
        Commands.run("cc", "-O3", "-march=native", "-o", file("loop").toString(), source.toString());
        List<Long> shape = List.of((megabytes << 20) / (WIDTH * Float.BYTES), (long) WIDTH);
        write(file("a.safetensors"), shape, 1);
        write(file("b.safetensors"), shape, 2);
        Commands.run("sync");
        Timings timings = new Timings();
        for (int round = -WARM_UP; round < rounds; round++) {
            Timings kept = round < 0 ? new Timings() : timings;
            kept.time(
                    "C loop",
                    () -> Commands.run(
                            file("loop").toString(),
                            file("a.safetensors").toString(),
                            file("b.safetensors").toString(),
                            file("c.out").toString()));
            kept.time("C loop: flush", () -> Commands.run("sync", file("c.out").toString()));
            Files.delete(file("c.out"));
            long start = System.nanoTime();
            long[] written = {0};
            average(written);
            kept.add("Sinter", written[0] - start);
            kept.add("Sinter: flush", System.nanoTime() - written[0]);
            Files.delete(file("model.onnx"));
            // Gives back the scratch memory, or the loop is the one to fetch new pages from the machine.
            System.gc();
        }
        System.out.printf(Locale.ROOT, "two tables FLOAT %s, %d rounds%n", shape, rounds);
        timings.print();
        timings.printRatio("Sinter", "C loop");
        MemoryUse.print();
    }

    private void average(long[] written) {
        ScratchMemory.during(folder, ScratchMemory.NATIVE_BYTES, () -> {
            List<TensorData> tables = List.of(table("a.safetensors"), table("b.safetensors"));
            TensorData memory =
                    TensorData.allocate(DType.FLOAT, tables.getFirst().shape());
            CombinedTable combined = new CombinedTable(Combination.of(new Average()), Map.of(), tables);
            try (GrowingTable growing = bake.start(combined, memory)) {
                WriteOptions options = WriteOptions.DEFAULT
                        .withReady(growing::await)
                        .withProgress(bytes -> written[0] = System.nanoTime());
                OnnxWriter.write(lookup(memory), file("model.onnx"), options);
            }
            return written;
        });
    }

    private static Model lookup(TensorData table) {
        Graph graph = new Graph("table");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        graph.addOutput(ops.identity(ops.constant("table", table)));
        Model model = new Model(graph, 8);
        model.setOpset("", Opsets.EMITTED);
        return model;
    }

    private TensorData table(String name) {
        return SafetensorsFile.open(file(name)).tensor("table");
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static void write(Path file, List<Long> shape, long seed) {
        SafetensorsWriter.write(
                file,
                Map.of("table", Noise.of(seed, 1).tensor(shape)),
                io.sinter.safetensors.WriteOptions.of(Map.of()));
    }
}
