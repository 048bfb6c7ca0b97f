package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneralCommandLineTest {

    /** A part of what each command's help must say. */
    private static final Map<String, String> PURPOSES = Map.ofEntries(
            Map.entry("demo", "scores parents"),
            Map.entry("inspect", "Shows what is in a model"),
            Map.entry("merge", "Merges models into one output directory"),
            Map.entry("train", "trains what was merged"),
            Map.entry("evolve", "Searches the numbers of a recipe"),
            Map.entry("embed", "Makes a vector of each text"),
            Map.entry("fill-mask", "what a model would put where a text has its mask token"),
            Map.entry("classify", "Labels texts or pictures with a model"),
            Map.entry("probe", "Fits a linear classifier on a model's vectors"),
            Map.entry("eval", "by semantic textual similarity"),
            Map.entry("run", "Runs raw tensors through a graph"),
            Map.entry("tokens", "how much of one model's vocabulary another one has"),
            Map.entry("verify", "Checks an output directory"),
            Map.entry("cache", "Shows and removes what Sinter keeps between runs"));

    @TempDir
    Path folder;

    @Test
    void help_listsCommandsAndExitCodes() {
        SinterProcess.Result result = SinterProcess.run(folder, "--help").exits(ExitCode.OK);

        assertThat(result.out()).contains(PURPOSES.keySet()).contains("Exit codes:");
        for (ExitCode code : ExitCode.values()) {
            assertThat(result.out()).containsPattern(" " + code.code() + "\\s+" + code.meaning());
        }
        assertThat(result.err()).isEmpty();
    }

    @Test
    void noArguments_printTheHelp() {
        assertThat(SinterProcess.run(folder).exits(ExitCode.OK).out()).contains("Usage: sinter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "inspect",
                "merge",
                "train",
                "embed",
                "fill-mask",
                "classify",
                "probe",
                "eval",
                "run",
                "tokens",
                "verify",
                "cache"
            })
    void helpOfACommand_saysWhatItDoes(String command) {
        SinterProcess.Result result =
                SinterProcess.run(folder, command, "--help").exits(ExitCode.OK);

        assertThat(result.out()).contains("Usage: sinter " + command).contains(PURPOSES.get(command));
        assertThat(result.out()).contains("--json");
    }

    @Test
    void helpCommand_isTheHelpOption() {
        String option = SinterProcess.run(folder, "merge", "--help").out();

        assertThat(SinterProcess.run(folder, "help", "merge").exits(ExitCode.OK).out())
                .isEqualTo(option)
                .contains("A recipe:");
    }

    @Test
    void version_namesSinterAndJava() {
        assertThat(SinterProcess.run(folder, "--version").exits(ExitCode.OK).out())
                .containsPattern("^sinter (\\d+\\.\\d+\\.\\d+|development)")
                .contains("java 2");
    }

    @Test
    void completion_completesInBash() throws IOException, InterruptedException {
        String script = SinterProcess.run(folder, "generate-completion")
                .exits(ExitCode.OK)
                .out();
        Path file = Files.writeString(folder.resolve("completion.bash"), script);

        assertThat(complete(file, "sinter me")).contains("merge");
        assertThat(complete(file, "sinter merge --dry")).contains("--dry-run");
    }

    @Test
    void unknownOption_isAUsageErrorWithASuggestion() {
        SinterProcess.Result result =
                SinterProcess.run(folder, "merge", "r.yaml", "--dryrun").exits(ExitCode.USAGE);

        assertThat(result.err())
                .contains("Unknown option: '--dryrun'")
                .contains("--dry-run")
                .contains("--help");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void unknownCommand_isAUsageErrorWithASuggestion() {
        assertThat(SinterProcess.run(folder, "mrege", "r.yaml")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("mrege")
                .contains("merge")
                .contains("sinter --help");
    }

    @Test
    void missingArgument_isAUsageErrorThatNamesIt() {
        assertThat(SinterProcess.run(folder, "inspect").exits(ExitCode.USAGE).err())
                .contains("MODEL");
        assertThat(SinterProcess.run(folder, "run", "m.onnx")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("--inputs");
    }

    @Test
    void unknownDevice_isAUsageErrorThatListsThem() {
        assertThat(SinterProcess.run(folder, "verify", "x", "--device", "tpu")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("tpu")
                .containsIgnoringCase("cuda")
                .contains("--device");
    }

    private String complete(Path script, String line) throws IOException, InterruptedException {
        String bash = """
                source '%s'
                COMP_LINE='%s'
                read -ra COMP_WORDS <<< "$COMP_LINE"
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_POINT=${#COMP_LINE}
                _complete_sinter
                printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(script, line);
        Path out = folder.resolve("replies");
        int exit = new ProcessBuilder("bash", "-c", bash)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start()
                .waitFor();
        assertThat(exit).as(Files.readString(out)).isZero();
        return Files.readString(out);
    }
}
