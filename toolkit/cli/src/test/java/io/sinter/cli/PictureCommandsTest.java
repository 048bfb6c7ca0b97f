package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
}
