package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TokensCommandTest {

    private static final Path GOLDEN = SinterProcess.HOME.resolve("toolkit/core/src/test/resources/golden/models");
    private static final String WORD_PIECE = GOLDEN.resolve("bert_base").toString();
    private static final String BYTE_LEVEL = GOLDEN.resolve("roberta_base").toString();

    @TempDir
    Path folder;

    @Test
    void twoVocabularies_areShownSideBySide() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "The man,\n\n東京\n");

        SinterProcess.Result result = SinterProcess.run(
                        folder, "tokens", WORD_PIECE, BYTE_LEVEL, "--text", text.toString(), "--examples", "1")
                .exits(ExitCode.OK);

        assertThat(result.out())
                .contains("A  " + WORD_PIECE + ": 211 tokens", "B  " + BYTE_LEVEL + ": 300 tokens")
                .containsPattern("(?m)^  exact +\\d+ +\\d+\\.\\d % +\\d+ +\\d+\\.\\d %$")
                .containsPattern("(?m)^  role +5 +2\\.4 % +5 +1\\.7 %$")
                .containsPattern("(?m)^text, 3 words +A +B$")
                .containsPattern("(?m)^  parts of characters +0\\.0 % +\\d+\\.\\d %$")
                .containsPattern("(?m)^  role +\\[CLS] = <s>$");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void json_hasBothDirections() {
        JsonNode sides = SinterProcess.run(folder, "tokens", WORD_PIECE, BYTE_LEVEL + "/tokenizer.json", "--json")
                .exits(ExitCode.OK)
                .json();

        assertThat(sides).hasSize(2);
        JsonNode coverage = sides.path(1).path("overlap").path("coverage");
        assertThat(coverage.path("counts")
                        .valueStream()
                        .mapToInt(JsonNode::intValue)
                        .sum())
                .isEqualTo(300);
        assertThat(coverage.path("counts").path("ROLE").intValue()).isEqualTo(5);
        assertThat(sides.path(0).path("overlap").path("pairs"))
                .isEqualTo(sides.path(1).path("overlap").path("pairs"));
        assertThat(sides.path(0).path("overlap").path("examples").path("EXACT")).hasSize(5);
        assertThat(sides.path(0).path("text").isNull()).isTrue();
    }

    @Test
    void vocabulary_withItself_isAllExact() {
        assertThat(SinterProcess.run(folder, "tokens", WORD_PIECE, WORD_PIECE)
                        .exits(ExitCode.OK)
                        .out())
                .containsPattern("(?m)^  exact +211 +100\\.0 % +211 +100\\.0 %$")
                .containsPattern("(?m)^  none +0 +0\\.0 % +0 +0\\.0 %$");
    }

    @Test
    void wordVectors_areAVocabulary() throws IOException {
        Path vectors = Files.writeString(folder.resolve("words.vec"), "2 2\nman 1 2\nqqq 3 4\n");

        assertThat(SinterProcess.run(folder, "tokens", WORD_PIECE, vectors.toString())
                        .exits(ExitCode.OK)
                        .out())
                .contains("man = man")
                .contains("words.vec: 3 tokens", "none        qqq");
    }

    @Test
    void folderWithoutATokenizer_isMissing() {
        assertThat(SinterProcess.run(folder, "tokens", WORD_PIECE, folder.toString())
                        .exits(ExitCode.MISSING)
                        .err())
                .contains("no tokenizer.json in this folder");
    }

    @Test
    void textThatIsNoText_isRefused() throws IOException {
        Path text = Files.write(folder.resolve("text.txt"), "naïve".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(SinterProcess.run(folder, "tokens", WORD_PIECE, BYTE_LEVEL, "--text", text.toString())
                        .exits(ExitCode.MALFORMED)
                        .err())
                .contains("not UTF-8 text");
    }

    @Test
    void negativeNumberOfExamples_isAUsageError() {
        assertThat(SinterProcess.run(folder, "tokens", WORD_PIECE, BYTE_LEVEL, "--examples", "-1")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("--examples: got -1, expected 0 or more");
    }
}
