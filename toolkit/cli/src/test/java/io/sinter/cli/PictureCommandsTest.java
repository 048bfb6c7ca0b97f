package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands that read pictures. */
class PictureCommandsTest {

    private static final Path TEST_FILES = SinterProcess.HOME.resolve("toolkit/core/src/test/resources");

    @TempDir
    Path folder;

    @BeforeEach
    void copyModel() throws IOException {
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(TEST_FILES.resolve("golden/families/dinov2_cls").resolve(file), folder.resolve(file));
        }
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"BitImageProcessor\", \"size\": {\"shortest_edge\": 16}, \"crop_size\":"
                        + " 14}");
    }

    @Test
    void classifyOfPictures_printsLabelsOfEach() {
        String picture = TEST_FILES.resolve("images/colour.jpg").toString();
        JsonNode classified = SinterProcess.run(
                        folder, "classify", folder.toString(), "--image", picture, "--image", picture, "--json")
                .exits(ExitCode.OK)
                .json();
        assertThat(classified).hasSize(2);
        assertThat(classified.path(0).path("image").asString()).isEqualTo(picture);
        assertThat(classified.path(0).path("labels")).hasSize(3);
    }

    @Test
    void classifyOfTextsAndPictures_isRefused() {
        assertThat(SinterProcess.run(folder, "classify", folder.toString(), "--image", "a.png", "--text", "b")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("Texts and pictures: give either");
    }

    @Test
    void embedOfPictures_writesAVectorOfEach() throws IOException {
        Path list = Files.writeString(folder.resolve("list.txt"), TEST_FILES.resolve("images/colour.jpg") + "\n");
        JsonNode embedded = SinterProcess.run(
                        folder,
                        "embed",
                        folder.toString(),
                        "--pooling",
                        "cls",
                        "--image",
                        TEST_FILES.resolve("images/grey.png").toString(),
                        "--images",
                        list.toString(),
                        "--json")
                .exits(ExitCode.OK)
                .json();
        assertThat(embedded).hasSize(2);
        assertThat(embedded.path(0).path("image").asString()).endsWith("grey.png");
        assertThat(embedded.path(1).path("vector").size()).isGreaterThan(8);
    }

    @Test
    void embedOfPictures_withAPrompt_isRefused() {
        assertThat(SinterProcess.run(folder, "embed", folder.toString(), "--image", "a.png", "--prompt", "b")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("--prompt: of no use with pictures");
    }

    @Test
    void evalOfPictures_printsTheAccuracy() throws IOException {
        Files.copy(TEST_FILES.resolve("images/colour.jpg"), folder.resolve("a.jpg"));
        JsonNode labels = SinterProcess.run(
                        folder,
                        "classify",
                        folder.toString(),
                        "--image",
                        folder.resolve("a.jpg").toString(),
                        "--json")
                .exits(ExitCode.OK)
                .json()
                .path(0)
                .path("labels");
        String right = labels.path(0).path("label").asString();
        String wrong = labels.path(1).path("label").asString();
        Files.writeString(folder.resolve("list.tsv"), "%s\ta.jpg\n%s\ta.jpg\n".formatted(right, wrong));
        assertThat(SinterProcess.run(folder, "eval", folder.toString(), "--images", folder + "/list.tsv")
                        .exits(ExitCode.OK)
                        .out())
                .contains("list")
                .contains("accuracy 0.5000  (1 of 2)");
    }

    @Test
    void exportOfAGraphOfImages_labelsAsTheCheckpoint() {
        String picture = TEST_FILES.resolve("images/colour.jpg").toString();
        SinterProcess.run(
                        folder, "export", folder.toString(), "-o", "graph", "--image-input", "image", "--dtype", "int8")
                .exits(ExitCode.OK);
        JsonNode graph = classified(folder.resolve("graph"), picture);
        JsonNode checkpoint = classified(folder, picture);
        assertThat(graph.path("label")).isEqualTo(checkpoint.path("label"));
        assertThat(graph.path("score").asDouble())
                .isCloseTo(checkpoint.path("score").asDouble(), within(0.02));
    }

    @Test
    void exportOfTexts_withAnImageInput_isRefused() {
        String model = SinterProcess.HOME.resolve("samples/models/bert-mini").toString();
        assertThat(SinterProcess.run(folder, "export", model, "-o", "graph", "--image-input", "image")
                        .exits(ExitCode.UNSUPPORTED)
                        .err())
                .contains("the graph reads no pixel_values");
    }

    private JsonNode classified(Path model, String picture) {
        return SinterProcess.run(folder, "classify", model.toString(), "--image", picture, "--json")
                .exits(ExitCode.OK)
                .json()
                .path(0)
                .path("labels")
                .path(0);
    }

    @Test
    void embedOfPairs_ofAMergedModel_takesEither() throws IOException {
        Path samples = SinterProcess.HOME.resolve("samples");
        SinterProcess.run(
                        folder,
                        "merge",
                        samples.resolve("recipes/text-and-image.yaml").toString(),
                        "-o",
                        "both")
                .exits(ExitCode.OK);
        String cat = samples.resolve("pictures/chelsea.jpg").toString();
        Files.writeString(folder.resolve("pairs.tsv"), "a cat\t%s\n\t%s\n".formatted(cat, cat));
        JsonNode vectors = SinterProcess.run(folder, "embed", "both", "--pairs", "pairs.tsv", "--json", "a cat")
                .exits(ExitCode.OK)
                .json();
        assertThat(vectors).hasSize(3);
        assertThat(vectors.path(0).path("vector")).hasSize(384);
        // concatenated: the picture's part of the text alone is zero, and the other way round
        assertThat(vectors.path(2).path("vector").path(200).asDouble()).isZero();
        assertThat(vectors.path(1).path("vector").path(0).asDouble()).isZero();
        assertThat(vectors.path(1).path("vector").path(200).asDouble()).isNotZero();
        Files.writeString(folder.resolve("pairs.tsv"), "a cat\n");
        assertThat(SinterProcess.run(folder, "embed", "both", "--pairs", "pairs.tsv")
                        .exits(ExitCode.MALFORMED)
                        .err())
                .contains("pairs.tsv: line 1: got 1 fields");
    }
}
