package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two models of the samples with tokenizers of their own: WordPieces, and a list of words. */
class TwoTokenizersCommandTest {

    @TempDir
    Path folder;

    @BeforeEach
    void recipes() throws IOException {
        Path models = SinterProcess.HOME.resolve("samples/models");
        for (String align : new String[] {"offsets", "position"}) {
            Files.writeString(folder.resolve(align + ".yaml"), """
                    models:
                      - {name: fiction, model: "%1$s/bert-mini-fiction", pooling: mean}
                      - {name: news, model: "%1$s/words/news.vec"}
                    body: fiction
                    vocabulary: {from: fiction, missing: {method: zero}, min_coverage: 0, align: %2$s}
                    dimension: {to: fiction, by: zero-pad}
                    combine: {method: weighted-sum, weights: [1.0, 0.01]}
                    mode: live
                    """.formatted(models, align));
        }
        Files.writeString(
                folder.resolve("text.txt"),
                "The king wrote a letter to the old queen , and the queen"
                        + " read it to the judge who sat by the sea and saw a ship .\n");
    }

    private JsonNode json(String... arguments) {
        return SinterProcess.run(folder, arguments).exits(ExitCode.OK).json();
    }

    @Test
    void outputDirectory_isReadByEveryCommand() {
        SinterProcess.run(folder, "merge", "offsets.yaml", "-o", "out").exits(ExitCode.OK);

        assertThat(folder.resolve("out/tokenizers/news/tokenizer.json")).exists();
        assertThat(SinterProcess.run(folder, "verify", "out").exits(ExitCode.OK).out())
                .contains("live = live again")
                .doesNotContain("failed");
        assertThat(json("embed", "out", "--pooling", "mean", "--json", "The king", "A queen read.")
                        .toString())
                .contains("0.");
        assertThat(SinterProcess.run(folder, "fill-mask", "out", "The [MASK] wrote a letter.")
                        .exits(ExitCode.OK)
                        .out())
                .contains("%");
        assertThat(SinterProcess.run(folder, "eval", "out", "--mlm", "text.txt")
                        .exits(ExitCode.OK)
                        .out())
                .contains("loss");
        assertThat(SinterProcess.run(folder, "inspect", "out")
                        .exits(ExitCode.OK)
                        .out())
                .contains("spans_news")
                .contains("tokenizers/news/tokenizer.json");
    }

    @Test
    void positions_areReadToo() {
        SinterProcess.run(folder, "merge", "position.yaml", "-o", "out").exits(ExitCode.OK);

        assertThat(SinterProcess.run(folder, "verify", "out").exits(ExitCode.OK).out())
                .doesNotContain("failed");
        SinterProcess.run(folder, "eval", "out", "--mlm", "text.txt").exits(ExitCode.OK);
    }

    @Test
    void optimize_keepsTheSecondTokenizer() {
        SinterProcess.run(folder, "merge", "offsets.yaml", "-o", "out").exits(ExitCode.OK);

        SinterProcess.run(folder, "optimize", "out", "-o", "fused").exits(ExitCode.OK);

        SinterProcess.run(folder, "fill-mask", "fused", "The [MASK] wrote a letter.")
                .exits(ExitCode.OK);
    }

    @Test
    void bakedMerge_isRefused() throws IOException {
        Path recipe = folder.resolve("offsets.yaml");
        Files.writeString(recipe, Files.readString(recipe).replace("mode: live\n", ""));

        assertThat(SinterProcess.run(folder, "merge", "offsets.yaml", "-o", "out")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("vocabulary: align: offsets: needs mode: live");
    }
}
