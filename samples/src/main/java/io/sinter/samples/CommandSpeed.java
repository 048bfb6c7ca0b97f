package io.sinter.samples;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How long whole commands take, start-up included, in turns: {@code --version}, {@code inspect} of a 133 MB model, and
 * {@code merge} of two of them into one (sources hashed, output flushed).
 *
 * <p>Run with {@code samples/benchmarks/run CommandSpeed [ROUNDS]}.
 */
public final class CommandSpeed {

    private static final String SINTER = Path.of("sinter").toAbsolutePath().toString();

    private CommandSpeed() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".command-speed-");
        Path merged = folder.resolve("merged");
        Timings timings = new Timings();
        try {
            for (int round = -1; round < rounds; round++) {
                Timings kept = round < 0 ? new Timings() : timings;
                kept.add("--version", run("--version"));
                kept.add("inspect", run("inspect", "cache:bge-small-en-v1.5"));
                kept.add("merge", run("merge", "samples/recipes/average.yaml", "-o", merged.toString()));
                Commands.run("rm", "-rf", merged.toString());
            }
        } finally {
            Commands.run("rm", "-rf", folder.toString());
        }
        timings.print();
        MemoryUse.print();
    }

    /** Nanoseconds that a command takes. */
    private static long run(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = SINTER;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        long start = System.nanoTime();
        int status = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException(Arrays.toString(command) + ": exit status " + status);
        }
        return System.nanoTime() - start;
    }
}
