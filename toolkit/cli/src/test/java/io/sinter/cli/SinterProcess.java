package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command line in a process of its own, started as the launcher starts it: what a user sees is what the tests see.
 *
 * @param process that runs
 * @param stdout where its output goes
 * @param stderr where its messages go
 */
record SinterProcess(Process process, Path stdout, Path stderr) {

    /** The source checkout. */
    static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

    /** The launcher's, and the quick compiler alone: these processes live for a second. */
    private static final List<String> JAVA_OPTIONS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules",
            "jdk.incubator.vector",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1");

    private static final String CLASS_PATH = "CLASSPATH";
    private static final long PATIENCE_SECONDS = 300;

    /**
     * What a finished process left.
     *
     * @param exitCode of the process
     * @param out its standard output
     * @param err its standard error, without the JVM's line on incubating modules, which the launcher drops too
     */
    record Result(int exitCode, String out, String err) {

        /** Holds it to an exit code; a failure shows what was printed. */
        Result exits(ExitCode expected) {
            assertThat(exitCode).as("exit code; %s", this).isEqualTo(expected.code());
            return this;
        }

        /** The output as JSON. */
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        @Override
        public String toString() {
            return "output:\n%s\nmessages:\n%s".formatted(out, err);
        }
    }

    /** Runs a command line to its end. No message may look like a crash of Java. */
    static Result run(Path folder, String... arguments) {
        return start(folder, arguments).await();
    }

    /** Starts a command line. */
    static SinterProcess start(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(command());
        command.addAll(List.of(arguments));
        return start(folder, command);
    }

    /** What stands before the arguments; needs {@link #CLASS_PATH} in the environment. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        command.add("-Dsinter.home=" + HOME);
        command.add("-Dsinter.cache=" + System.getProperty("sinter.cache"));
        command.add(Main.class.getName());
        return command;
    }

    /** Starts any program, with this class path in the environment. */
    static SinterProcess start(Path folder, List<String> command) {
        return start(folder, command, Map.of());
    }

    /** The same with more in the environment. */
    static SinterProcess start(Path folder, List<String> command, Map<String, String> environment) {
        try {
            Path stdout = Files.createTempFile("sinter", ".out");
            Path stderr = Files.createTempFile("sinter", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(stdout.toFile())
                    .redirectError(stderr.toFile());
            builder.environment().put(CLASS_PATH, System.getProperty("java.class.path"));
            builder.environment().putAll(environment);
            return new SinterProcess(builder.start(), stdout, stderr);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end. */
    Result await() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("no end after %d s; %s".formatted(PATIENCE_SECONDS, result()));
            }
            Result result = result();
            assertThat(result.err()).doesNotContain("Exception in thread").doesNotContain("\tat ");
            Files.delete(stdout);
            Files.delete(stderr);
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result result() {
        try {
            String err = Files.readString(stderr)
                    .lines()
                    .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
                    .collect(Collectors.joining("\n"));
            return new Result(process.isAlive() ? -1 : process.exitValue(), Files.readString(stdout), err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
