package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher itself, which may build first. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    private static final Path LAUNCHER = SinterProcess.HOME.resolve("sinter");

    @TempDir
    Path folder;

    @Test
    void version_fromAnotherFolder() {
        assertThat(launch(LAUNCHER, "--version").exits(ExitCode.OK).out())
                .containsPattern("^sinter \\d+\\.\\d+\\.\\d+");
    }

    @Test
    void version_throughLinks() throws IOException {
        Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), LAUNCHER);
        Path relative = Files.createSymbolicLink(folder.resolve("relative"), absolute.getFileName());

        assertThat(launch(relative, "--version").exits(ExitCode.OK).out())
                .containsPattern("^sinter \\d+\\.\\d+\\.\\d+");
    }

    @Test
    void exitCodeAndMessage_passThrough() {
        SinterProcess.Result result = launch(LAUNCHER, "inspect", "absent").exits(ExitCode.MISSING);

        assertThat(result.err()).contains("sinter: absent: no such file").doesNotContain("WARNING");
    }

    private SinterProcess.Result launch(Path launcher, String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return SinterProcess.start(folder, command).await();
    }
}
