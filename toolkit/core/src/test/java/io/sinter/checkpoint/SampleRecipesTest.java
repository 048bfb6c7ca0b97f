package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.recipe.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleRecipesTest {

    private static final Path RECIPES = Path.of("..", "..", "samples", "recipes");

    static Stream<Path> recipes() throws IOException {
        try (Stream<Path> files = Files.list(RECIPES)) {
            return files.filter(f -> MergekitReader.recognizes(YamlReader.text(f))).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void recipe_amongTheSamples_canBePlanned(Path recipe) {
        CheckpointSummary summary =
                CheckpointSummary.of(CheckpointPlan.of(MergekitReader.read(recipe), ModelLocation.standard()));
        assertThat(summary.bytesWritten()).isPositive();
    }
}
