package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a home of its own whose distribution is this class path: a build here would rewrite what tests use. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    @TempDir
    Path folder;

    private Path launcher = Path.of("");

    @BeforeEach
    void home() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        launcher = home.resolve("sinter");
        Files.copy(SinterProcess.HOME.resolve("sinter"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        Files.createFile(home.resolve("pom.xml"));
        Files.createDirectory(home.resolve("onnx-graphs"));
        Path dist = Files.createDirectories(home.resolve("toolkit/cli/target/dist/lib"));
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" "));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        new JarOutputStream(Files.newOutputStream(dist.resolve("sinter-cli.jar")), manifest).close();
        Files.createFile(dist.resolveSibling("built"));
    }

    @Test
    void version_fromAnotherFolder() {
        assertThat(launch(launcher, "--version").exits(ExitCode.OK).out()).containsPattern("^sinter (\\d|development)");
    }

    @Test
    void version_throughLinks() throws IOException {
        Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), launcher);
        Path relative = Files.createSymbolicLink(folder.resolve("relative"), absolute.getFileName());

        assertThat(launch(relative, "--version").exits(ExitCode.OK).out()).containsPattern("^sinter (\\d|development)");
    }

    @Test
    void exitCodeAndMessage_passThrough() {
        SinterProcess.Result result = launch(launcher, "inspect", "absent").exits(ExitCode.MISSING);

        assertThat(result.err()).contains("sinter: absent: no such file").doesNotContain("WARNING");
    }

    private SinterProcess.Result launch(Path launcher, String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return SinterProcess.start(folder, command).await();
    }
}
