package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tokenizer with more ids than the table has rows is noticed when the model is opened, by every command. */
class IdsBeyondTheTableTest {

    private static final String PROBLEM = "its tokenizer has ids up to 16, but its table has 16 rows";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"embed --pooling mean MODEL cat", "optimize MODEL -o out", "merge -o out MODEL MODEL2 --dry-run"
            })
    void command_withATokenizerOfAnotherModel_refusesIt(String command) throws IOException {
        Path model = model("tiny");
        Path other = model("other");
        String[] arguments = Stream.of(command.split(" "))
                .map(word -> switch (word) {
                    case "MODEL" -> model.toString();
                    case "MODEL2" -> other.toString();
                    default -> word;
                })
                .toArray(String[]::new);

        SinterProcess.Result result = SinterProcess.run(folder, arguments);

        assertThat(result.err()).contains(PROBLEM);
        result.exits(ExitCode.INCOMPATIBLE);
    }

    @Test
    void inspect_withATokenizerOfAnotherModel_saysSo() throws IOException {
        SinterProcess.Result result =
                SinterProcess.run(folder, "inspect", model("tiny").toString()).exits(ExitCode.OK);

        assertThat(result.out()).contains(PROBLEM);
    }

    /** An encoder whose table lacks a row for its tokenizer's last word. */
    private Path model(String name) throws IOException {
        Path model = TinyModels.encoder(folder, name, 8);
        List<String> words =
                Stream.concat(TinyModels.WORDS.stream(), Stream.of("more")).toList();
        Files.writeString(model.resolve("tokenizer.json"), TinyModels.tokenizer(words));
        return model;
    }
}
