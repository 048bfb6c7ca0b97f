package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class InterruptTest {

    /** Hundreds of billions of operations: nobody waits for the end of this merge. */
    private static final String RECIPE = """
            models:
              - {name: one, model: table.safetensors, tensor: table}
              - {name: two, model: table.safetensors, tensor: table}
            combine: {method: mlp, hidden: 16384, init: random, seed: 1}
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void longMerge() throws IOException {
        SafetensorsWriter.write(
                folder.resolve("table.safetensors"),
                Map.of("table", TinyModels.random(new Random(1), 12_000, 256)),
                Map.of());
        Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private SinterProcess.Result interrupted(String... arguments) throws IOException, InterruptedException {
        SinterProcess started = SinterProcess.start(folder, arguments);
        while (files().stream().noneMatch(f -> f.startsWith(".merged.sinter-new-"))) {
            assertThat(started.process().isAlive())
                    .as("ended before it was interrupted")
                    .isTrue();
            Thread.sleep(20);
        }
        Thread.sleep(300);
        new ProcessBuilder("kill", "-INT", String.valueOf(started.process().pid()))
                .start()
                .waitFor();
        return started.await();
    }

    @Test
    void ctrlC_leavesNothingHalfWritten() throws IOException, InterruptedException {
        List<String> before = files();

        SinterProcess.Result result =
                interrupted("merge", "recipe.yaml", "-o", "merged").exits(ExitCode.INTERRUPTED);

        assertThat(files()).isEqualTo(before);
        assertThat(result.err()).doesNotContain("sinter:");
    }

    @Test
    void ctrlC_leavesTheOutputThatWasThere() throws IOException, InterruptedException {
        Path own = Files.writeString(
                Files.createDirectory(folder.resolve("merged")).resolve("own.txt"), "mine");
        List<String> before = files();

        interrupted("merge", "recipe.yaml", "-o", "merged", "--force").exits(ExitCode.INTERRUPTED);

        assertThat(files()).isEqualTo(before);
        assertThat(own).hasContent("mine");
    }
}
