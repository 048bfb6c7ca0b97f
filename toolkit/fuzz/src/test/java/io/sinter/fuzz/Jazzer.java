package io.sinter.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs Jazzer in a process of its own, so that an abort of a native library, an exhausted heap or a crash of the JVM is a
 * finding like any other.
 *
 * @param target what is fuzzed
 * @param folder what the fuzzer finds and says is kept here
 */
record Jazzer(FuzzTarget target, Path folder) {

    /** Bytes of the largest input that is made. */
    private static final int MOST_BYTES = 16_384;

    /** The fuzzer's own watchdog, in seconds of real time; {@link Promise} counts the processor's. */
    private static final int HANG_SECONDS = 25;

    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units: (\\d+)");
    private static final Pattern EDGES = Pattern.compile("#\\d+\\s+\\w+\\s+cov: (\\d+)");

    /**
     * What came of a run.
     *
     * @param status the fuzzer's exit status, 0 without findings
     * @param output what it printed
     */
    record Run(int status, String output) {

        /** How often the target was called. */
        long executions() {
            return last(EXECUTIONS);
        }

        /** Edges of instrumented code that were taken. */
        long edges() {
            return last(EDGES);
        }

        /** The last lines. */
        String tail() {
            List<String> lines = output.lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        }

        private long last(Pattern pattern) {
            Matcher matcher = pattern.matcher(output);
            long value = 0;
            while (matcher.find()) {
                value = Long.parseLong(matcher.group(1));
            }
            return value;
        }
    }

    /** Fuzzes for that long, or until something is found. */
    Run run(Duration time) throws IOException, InterruptedException {
        Path log = folder.resolve("jazzer.log");
        List<String> arguments = List.of(
                "--target_class=" + target.entry().getName(),
                "--instrumentation_includes=io.sinter.**",
                "--instrumentation_excludes=io.sinter.fuzz.**",
                "--custom_hook_includes=io.sinter.**",
                "--reproducer_path=" + folder,
                Files.createDirectories(corpus()).toString(),
                target.corpus().toString(),
                "-dict=" + target.dictionary(),
                "-artifact_prefix=" + folder + "/",
                "-max_len=" + MOST_BYTES,
                "-timeout=" + HANG_SECONDS,
                "-rss_limit_mb=3000",
                "-print_final_stats=1",
                "-max_total_time=" + time.toSeconds());
        int status = TargetProcess.run(log, List.of(), "com.code_intelligence.jazzer.Jazzer", arguments);
        return new Run(status, Files.readString(log));
    }

    /** The inputs that reached something new, of this run and those before it. */
    Path corpus() {
        return folder.resolve("corpus");
    }
}
