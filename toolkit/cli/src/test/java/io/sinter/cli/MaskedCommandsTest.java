package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands that read logits. */
class MaskedCommandsTest {

    private static final Path FICTION = SinterProcess.HOME.resolve("samples/models/bert-mini-fiction");
    private static final Path GOLDEN = SinterProcess.HOME.resolve("toolkit/core/src/test/resources/golden/models");

    @TempDir
    Path folder;

    @Test
    void fillMask_ofACheckpoint_printsTheTopTokensInTheirText() {
        SinterProcess.Result result = SinterProcess.run(
                        folder, "fill-mask", FICTION.toString(), "She opened the [MASK] and looked out.", "--top", "2")
                .exits(ExitCode.OK);

        assertThat(result.out().lines())
                .containsExactly(
                        "She opened the [MASK] and looked out.",
                        "   49.5 %  door  she opened the door and looked out.",
                        "   17.1 %  room  she opened the room and looked out.");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void fillMaskAsJson_hasIdsTokensAndProbabilities() {
        JsonNode filled = SinterProcess.run(folder, "fill-mask", FICTION.toString(), "[MASK] said.", "--json")
                .exits(ExitCode.OK)
                .json();

        JsonNode fills = filled.path(0).path("masks").path(0).path("fills");
        assertThat(fills).hasSize(5);
        assertThat(fills.path(0).path("id").isInt()).isTrue();
        assertThat(fills.path(0).path("token").isString()).isTrue();
        assertThat(fills.path(0).path("probability").doubleValue()).isBetween(0.0, 1.0);
    }

    @Test
    void fillMaskWithoutAMask_saysHowToWriteOne() {
        assertThat(SinterProcess.run(folder, "fill-mask", FICTION.toString(), "no <mask>")
                        .exits(ExitCode.MISSING)
                        .err())
                .contains("no [MASK] in it, which is how this model's tokenizer writes a mask");
    }

    @Test
    void fillMaskOfAnEncoderWithoutHead_listsItsOutputs() {
        assertThat(SinterProcess.run(
                                folder, "fill-mask", GOLDEN.resolve("bert_base").toString(), "[MASK]")
                        .exits(ExitCode.UNSUPPORTED)
                        .err())
                .contains("no output \"logits\"")
                .contains("last_hidden_state");
    }

    @Test
    void classify_readsArgumentsAndLines() throws IOException {
        Path file = Files.writeString(folder.resolve("lines.txt"), "another\n");
        JsonNode classified = SinterProcess.run(
                        folder,
                        "classify",
                        GOLDEN.resolve("bert_cls3").toString(),
                        "--text",
                        "a text",
                        "--file",
                        file.toString(),
                        "--json")
                .exits(ExitCode.OK)
                .json();

        assertThat(classified).hasSize(2);
        assertThat(classified.path(1).path("text").stringValue()).isEqualTo("another");
        JsonNode labels = classified.path(0).path("labels");
        assertThat(labels).hasSize(3);
        assertThat(labels.valueStream()
                        .mapToDouble(l -> l.path("score").doubleValue())
                        .sum())
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void classifyWithoutTexts_saysHowToGiveThem() {
        assertThat(SinterProcess.run(
                                folder, "classify", GOLDEN.resolve("bert_cls3").toString())
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("Nothing to classify: give texts with --text or --file");
    }

    @Test
    void evalOfMaskedText_givesTheSameForASeed() throws IOException {
        String text = Files.readString(SinterProcess.HOME.resolve("samples/data/fiction.txt"))
                .lines()
                .limit(12)
                .reduce("", (a, b) -> a + b + "\n");
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        String[] arguments = {"eval", FICTION.toString(), "--mlm", file.toString(), "--seed", "3", "--json"};
        JsonNode first = SinterProcess.run(folder, arguments).exits(ExitCode.OK).json();
        JsonNode second =
                SinterProcess.run(folder, arguments).exits(ExitCode.OK).json();

        assertThat(first.path(0).path("loss").doubleValue()).isBetween(1.0, 4.0);
        assertThat(first.path(0).path("accuracy").doubleValue()).isBetween(0.2, 0.8);
        assertThat(first.path(0).path("positions").intValue()).isGreaterThan(50);
        assertThat(second.path(0).path("loss").doubleValue())
                .isCloseTo(first.path(0).path("loss").doubleValue(), within(1e-5));
    }

    @Test
    void evalWithOptionsOfTheOtherKind_isRefused() {
        assertThat(SinterProcess.run(folder, "eval", FICTION.toString(), "--mlm", "t.txt", "--pooling", "cls")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("--pooling: of no use with --mlm");
        assertThat(SinterProcess.run(folder, "eval", FICTION.toString(), "--sts", "t.tsv", "--seed", "1")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("--seed: of no use with --sts");
        assertThat(SinterProcess.run(folder, "eval", FICTION.toString())
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("--sts")
                .contains("--mlm");
    }
}
