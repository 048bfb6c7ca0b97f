package io.sinter.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeTwoModelsTest {

    @TempDir
    Path folder;

    @Test
    void example_mergesAndEmbeds() throws IOException {
        String models = Path.of("models").toAbsolutePath().toString();
        Path recipe = Files.writeString(folder.resolve("recipe.yaml"), """
                models:
                  - {name: fiction, model: "%s/bert-mini-fiction"}
                  - {name: reference, model: "%s/bert-mini-reference"}
                combine: {method: average}
                """.formatted(models, models));
        Path output = folder.resolve("merged");

        assertThat(printed(recipe.toString(), output.toString()))
                .containsPattern("^FLOAT \\[2, 192], cosine 0\\.\\d{3}");
        assertThat(output).isDirectoryContaining("glob:**/{model.onnx,tokenizer.json,sinter.json}");
    }

    @Test
    void readme_showsTheExampleAsItIs() throws IOException {
        String example = Files.readString(Path.of("src/main/java/io/sinter/samples/MergeTwoModels.java"));
        String body = example.substring(example.indexOf("        Path output"), example.lastIndexOf("    }\n}"));

        assertThat(Files.readString(Path.of("../README.md")))
                .contains("```java\n" + body.stripTrailing().stripIndent() + "\n```");
    }

    private static String printed(String... arguments) {
        PrintStream standard = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            MergeTwoModels.main(arguments);
        } finally {
            System.setOut(standard);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
