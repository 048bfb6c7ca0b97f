package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class WordVectorsCommandTest {

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        Path words = SinterProcess.HOME.resolve("samples/models/words");
        for (String name : new String[] {"news.vec", "novels.txt"}) {
            Files.copy(words.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("recipe.yaml"), """
                models: [{model: news.vec}, {model: novels.txt}]
                combine: {method: average}
                """);
    }

    @Test
    void inspect_saysWhatTheFileHolds() {
        SinterProcess.Result text =
                SinterProcess.run(folder, "inspect", "news.vec").exits(ExitCode.OK);
        JsonNode json = SinterProcess.run(folder, "inspect", "novels.txt", "--json")
                .exits(ExitCode.OK)
                .json();

        assertThat(text.out())
                .contains("word vectors (fastText .vec text)")
                .contains("FLOAT [46, 8]")
                .contains("45 words and a row of zeros for others")
                .contains("tokenizer: 45 tokens\n");
        assertThat(json.path("kind").stringValue()).isEqualTo("word vectors (GloVe text)");
        assertThat(json.path("tokenizer").path("tokens").intValue()).isEqualTo(45);
    }

    @Test
    void mergeOfWordVectors_isVerifiedAndEmbeds() {
        SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "out").exits(ExitCode.OK);

        SinterProcess.run(folder, "verify", "out").exits(ExitCode.OK);
        JsonNode vectors = SinterProcess.run(folder, "embed", "out", "--json", "The king", "a queen", "ships")
                .exits(ExitCode.OK)
                .json();
        assertThat(vectors.toString()).contains("0.");
    }

    @Test
    void wordVectorsAsOutput_areAModelAgain() throws IOException {
        Files.writeString(folder.resolve("words.yaml"), """
                models: [{model: news.vec}]
                combine: {method: average}
                output: {word_vectors: fasttext}
                """);
        SinterProcess.run(folder, "merge", "words.yaml", "-o", "out").exits(ExitCode.OK);

        assertThat(folder.resolve("out/word_vectors.vec")).exists();
        assertThat(SinterProcess.run(folder, "inspect", "out/word_vectors.vec")
                        .exits(ExitCode.OK)
                        .out())
                .contains("fastText .vec text")
                .contains("45 words");
    }

    @Test
    void damagedFile_isAnErrorWithItsLine() throws IOException {
        Path file = folder.resolve("news.vec");
        Files.writeString(file, Files.readString(file).replaceFirst("queen [^ ]+", "queen"));

        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "out")
                        .exits(ExitCode.MALFORMED)
                        .err())
                .contains("news.vec:3: 8 fields, expected a word and 8 numbers; is the line cut off?");
    }
}
