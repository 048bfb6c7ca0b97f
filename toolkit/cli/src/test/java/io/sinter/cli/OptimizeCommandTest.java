package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OptimizeCommandTest {

    @TempDir
    Path folder;

    @Test
    void optimize_writesADirectoryThatEmbeds() throws IOException {
        TinyModels.encoder(folder, "tiny", 64);

        SinterProcess.Result result = SinterProcess.run(
                        folder, "optimize", "tiny", "-o", "small", "--dtype", "float16", "--embedding", "int8")
                .exits(ExitCode.OK);

        assertThat(result.out())
                .startsWith("optimised into small for portable, float16")
                .contains("with the full model, on 48 built-in texts")
                .containsPattern("last_hidden_state: mean cosine 0\\.999");
        SinterProcess.run(folder, "verify", "small").exits(ExitCode.OK);
        assertThat(SinterProcess.run(folder, "embed", "small", "--pooling", "mean", "a cat", "the king")
                        .exits(ExitCode.OK)
                        .out())
                .contains("64 numbers  a cat");
    }

    @Test
    void dryRun_writesNothing() throws IOException {
        TinyModels.encoder(folder, "tiny", 64);

        JsonNode result = SinterProcess.run(
                        folder, "optimize", "tiny", "--target", "cpu", "--dtype", "int8", "--dry-run", "--json")
                .exits(ExitCode.OK)
                .json();

        assertThat(result.path("converted").size()).isEqualTo(1);
        assertThat(result.path("bytes_after").longValue())
                .isLessThan(result.path("bytes_before").longValue());
        assertThat(result.has("output")).isFalse();
        assertThat(folder.toFile().list()).containsExactly("tiny");
    }

    @Test
    void modelThatFailsTheGate_isRefusedAndLeavesNothing() throws IOException {
        TinyModels.encoder(folder, "tiny", 64);
        Files.writeString(folder.resolve("texts.txt"), "a cat sits\nthe queen reads a book\n");

        SinterProcess.Result result = SinterProcess.run(
                        folder,
                        "optimize",
                        "tiny",
                        "-o",
                        "small",
                        "--dtype",
                        "int8",
                        "--min-cosine",
                        "1",
                        "--samples",
                        "texts.txt")
                .exits(ExitCode.VERIFICATION);

        assertThat(result.err())
                .contains("small: too far from the full model on 2 texts.txt")
                .contains("expected a mean cosine of 1.0 or more");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("tiny", "texts.txt");
    }

    @Test
    void outputThatExists_isRefusedUnlessForced() throws IOException {
        TinyModels.encoder(folder, "tiny", 64);
        Files.createDirectory(folder.resolve("small"));

        SinterProcess.run(folder, "optimize", "tiny", "-o", "small").exits(ExitCode.OUTPUT);
        SinterProcess.run(folder, "optimize", "tiny", "-o", "small", "--force").exits(ExitCode.OK);
    }

    @Test
    void missingOutput_isAUsageError() throws IOException {
        TinyModels.encoder(folder, "tiny", 64);

        assertThat(SinterProcess.run(folder, "optimize", "tiny")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("Missing required option: '--output=DIR' (or --dry-run)");
    }
}
