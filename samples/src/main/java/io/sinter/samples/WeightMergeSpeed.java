package io.sinter.samples;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.safetensors.TensorContent;
import io.sinter.safetensors.WriteOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * How long merges of two bfloat16 checkpoints take beside a C loop that averages them ({@code average_bf16.c}), in turns, in
 * one run, page cache warm; and how much anonymous memory they take. Then the same for a pair of BERT-base's size, each
 * merge in a process of its own, from the first line of {@code main}.
 *
 * <p>Times end with the last byte handed to the system, as the C loop's do; {@code flushed} is with the flush to the disk,
 * hashing, description and rename, and beside C's with {@code fsync}.
 *
 * <p>Run with {@code samples/benchmarks/run WeightMergeSpeed [GIGABYTES [ROUNDS]]}. Takes four times as much room on the disk,
 * in a folder that is removed again.
 */
public final class WeightMergeSpeed {

    private static final long BERT_BASE = 220L << 20;
    private static final String SMALL = "--small-pair";

    private static final Map<String, String> RECIPES = Map.of("average", """
            merge_method: linear
            models: [{model: a.safetensors}, {model: b.safetensors}]
            parameters: {weight: 0.5}
            """, "slerp", """
            merge_method: slerp
            base_model: a.safetensors
            models: [{model: b.safetensors}]
            parameters: {t: 0.4}
            """, "ties", """
            merge_method: ties
            base_model: base.safetensors
            models: [{model: a.safetensors}, {model: b.safetensors}]
            parameters: {weight: 0.5, density: 0.5}
            """);

    private WeightMergeSpeed() {}

    /** Times of one run, in seconds. */
    private record Seconds(double written, double flushed) {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long start = System.nanoTime();
        if (arguments.length == 3 && arguments[0].equals(SMALL)) {
            Seconds seconds = merge(Path.of(arguments[1]), arguments[2], start);
            System.out.printf(Locale.ROOT, "%.4f %.4f%n", seconds.written, seconds.flushed);
            return;
        }
        double gigabytes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 4;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".weight-merge-speed-");
        try {
            System.out.println("load before: " + load());
            boolean c = compile(folder);
            if (gigabytes > 0) {
                large(folder, (long) (gigabytes * 1e9), rounds, c);
            }
            small(folder, 2 * rounds + 1, c);
            System.out.println("load after: " + load());
        } finally {
            command("rm", "-rf", folder.toString());
        }
    }

    private static void large(Path folder, long bytes, int rounds, boolean c) throws IOException, InterruptedException {
        write(folder, bytes);
        Map<String, List<Seconds>> times = new LinkedHashMap<>();
        AtomicLong peak = new AtomicLong();
        Thread sampler = Thread.ofPlatform().daemon().start(() -> sample(peak));
        for (int round = -1; round < rounds; round++) {
            if (c) {
                note(times, "C loop, average", round, runC(folder));
            }
            for (String method : List.of("average", "slerp", "ties")) {
                note(times, method, round, merge(folder, method, System.nanoTime()));
            }
        }
        sampler.interrupt();
        print("two checkpoints of %.1f GB".formatted(bytes / 1e9), times, c ? "C loop, average" : "average");
        System.out.printf(Locale.ROOT, "  peak anonymous memory of the process: %d MB%n", peak.get() >> 20);
    }

    private static void small(Path folder, int rounds, boolean c) throws IOException, InterruptedException {
        write(folder, BERT_BASE);
        Path classes = compiled(folder);
        Map<String, List<Seconds>> times = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            if (c) {
                note(times, "C loop, average", round, runC(folder));
            }
            for (String method : List.of("average", "slerp", "ties")) {
                note(times, method, round, inOwnProcess(folder, classes, method));
            }
        }
        print("two checkpoints of 231 MB, each merge in a new process", times, c ? "C loop, average" : "average");
    }

    private static Seconds merge(Path folder, String method, long start) throws InterruptedException {
        long[] lastByte = {start};
        Progress progress = (task, total) -> new Progress.Task() {
            @Override
            public void advance(long bytes) {
                lastByte[0] = System.nanoTime();
            }

            @Override
            public void close() {}
        };
        Path output = folder.resolve("out");
        CheckpointPlan plan = CheckpointPlan.of(
                MergekitReader.parse(folder.resolve("merge.yaml"), Objects.requireNonNull(RECIPES.get(method))),
                ModelLocation.standard());
        new CheckpointMerger(progress).merge(plan, output, Existing.REPLACE);
        double flushed = (System.nanoTime() - start) / 1e9;
        command("rm", "-rf", output.toString());
        return new Seconds((lastByte[0] - start) / 1e9, flushed);
    }

    /** This class is compiled once: a process that compiled its own source first would not start as a command does. */
    private static Path compiled(Path folder) throws InterruptedException {
        Path classes = folder.resolve("classes");
        command(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                System.getProperty(
                        "jdk.launcher.sourcefile", "samples/src/main/java/io/sinter/samples/WeightMergeSpeed.java"));
        return classes;
    }

    private static Seconds inOwnProcess(Path folder, Path classes, String method) throws InterruptedException {
        return seconds(output(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-Xlog:disable",
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                WeightMergeSpeed.class.getName(),
                SMALL,
                folder.toString(),
                method)));
    }

    private static Seconds runC(Path folder) throws InterruptedException {
        return seconds(output(List.of(
                folder.resolve("average_bf16").toString(),
                folder.resolve("a.safetensors").toString(),
                folder.resolve("b.safetensors").toString(),
                folder.resolve("c.safetensors").toString())));
    }

    private static Seconds seconds(String line) {
        String[] parts = line.strip().split(" ");
        return new Seconds(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
    }

    /** Matrices of 4096 × 4096 as large language models have them; the smaller pair has 768 × 3072. */
    private static void write(Path folder, long bytes) {
        boolean large = bytes > BERT_BASE;
        List<Long> matrix = large ? List.of(4096L, 4096L) : List.of(768L, 3072L);
        long perMatrix = DType.BFLOAT16.byteSize(TensorData.elementCount(matrix));
        for (String name : List.of("a", "b", "base")) {
            Map<String, TensorContent> tensors = new LinkedHashMap<>();
            for (int i = 0; i < bytes / perMatrix; i++) {
                tensors.put("layers." + i + ".weight", random(matrix, name.hashCode() + 31L * i));
                tensors.put("layers." + i + ".bias", random(matrix.subList(1, 2), name.hashCode() - 31L * i));
            }
            SafetensorsWriter.write(folder.resolve(name + ".safetensors"), tensors, WriteOptions.of(Map.of()));
        }
    }

    /** Bfloat16 between 0.008 and 0.03, of either sign. */
    private static TensorContent random(List<Long> shape, long seed) {
        return new TensorContent(DType.BFLOAT16, shape, sink -> {
            SplittableRandom random = new SplittableRandom(seed);
            long bytes = DType.BFLOAT16.byteSize(TensorData.elementCount(shape));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment piece = arena.allocate(Math.min(bytes, 1 << 20), 8);
                for (long done = 0; done < bytes; done += piece.byteSize()) {
                    for (long at = 0; at < piece.byteSize(); at += Long.BYTES) {
                        piece.set(
                                TensorData.I64,
                                at,
                                (random.nextLong() & 0x80ff_80ff_80ff_80ffL) | 0x3c00_3c00_3c00_3c00L);
                    }
                    sink.write(piece.asSlice(0, Math.min(piece.byteSize(), bytes - done)));
                }
            }
        });
    }

    private static void note(Map<String, List<Seconds>> times, String what, int round, Seconds seconds) {
        if (round >= 0) {
            times.computeIfAbsent(what, w -> new ArrayList<>()).add(seconds);
        }
    }

    private static void print(String title, Map<String, List<Seconds>> times, String beside) {
        System.out.println(title);
        double unit = median(Objects.requireNonNull(times.get(beside)).stream().map(Seconds::written));
        double average =
                median(Objects.requireNonNull(times.get("average")).stream().map(Seconds::written));
        times.forEach((what, seconds) -> {
            double median = median(seconds.stream().map(Seconds::written));
            System.out.printf(
                    Locale.ROOT,
                    "  %-16s median %7.3f s, best %7.3f s, flushed %7.3f s, %5.2f x %s, %5.2f x average%n",
                    what,
                    median,
                    seconds.stream().mapToDouble(Seconds::written).min().orElse(0),
                    median(seconds.stream().map(Seconds::flushed)),
                    median / unit,
                    beside,
                    median / average);
        });
    }

    private static double median(Stream<Double> values) {
        double[] sorted = values.mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void sample(AtomicLong peak) {
        while (!Thread.interrupted()) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
                lines.filter(line -> line.startsWith("RssAnon:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                        .forEach(now -> peak.accumulateAndGet(now, Math::max));
                Thread.sleep(10);
            } catch (IOException | InterruptedException e) {
                return;
            }
        }
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).strip() : "unknown";
    }

    private static boolean compile(Path folder) throws InterruptedException {
        try {
            command(
                    "cc",
                    "-O3",
                    "-march=native",
                    "-o",
                    folder.resolve("average_bf16").toString(),
                    "samples/benchmarks/average_bf16.c");
            return true;
        } catch (IllegalStateException e) {
            System.out.println("no C compiler: " + e.getMessage());
            return false;
        }
    }

    private static void command(String... words) throws InterruptedException {
        output(List.of(words));
    }

    private static String output(List<String> words) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", words) + " failed");
            }
            return text;
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
