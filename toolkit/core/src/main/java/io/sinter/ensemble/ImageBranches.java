package io.sinter.ensemble;

import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.recipe.Recipe;
import java.util.List;

/** What is asked of the encoders of pictures in a recipe. */
final class ImageBranches {

    private ImageBranches() {}

    /**
     * Checks them.
     *
     * @param texts how many encoders of texts there are
     * @throws RecipeException if a prompt is given to pictures
     * @throws UnsupportedException if they are combined token by token, stand alone, or prepare pictures in two ways
     */
    static void require(Recipe recipe, int texts, List<ImageBranch> branches) {
        if (branches.isEmpty()) {
            return;
        }
        if (recipe.combine().level() != Level.SENTENCE) {
            throw new UnsupportedException(
                    "combine: level: %s: a picture has no tokens that stand beside those of a text; use level: sentence"
                            .formatted(recipe.combine().level().label()));
        }
        if (texts == 0) {
            throw new UnsupportedException(
                    "models: all of them read pictures: expected one or more encoders of texts with them");
        }
        ImageBranch first = branches.getFirst();
        ImageProcessor processor = ImageProcessor.read(first.encoder().processorFile());
        for (ImageBranch branch : branches) {
            if (branch.entry().prompt() != null) {
                throw new RecipeException(
                        "models: %s: prompt: is of texts, but this reads pictures; remove it".formatted(branch.name()));
            }
            boolean alike = branch.pixels().equals(first.pixels())
                    && ImageProcessor.read(branch.encoder().processorFile()).equals(processor);
            if (!alike) {
                throw new UnsupportedException(
                        "models: %s and %s prepare pictures in two ways: %s and %s; one graph takes them prepared in one"
                                .formatted(
                                        first.name(),
                                        branch.name(),
                                        first.encoder().processorFile(),
                                        branch.encoder().processorFile()));
            }
        }
    }
}
