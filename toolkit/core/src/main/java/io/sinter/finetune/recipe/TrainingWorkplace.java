package io.sinter.finetune.recipe;

import io.sinter.error.OutputException;
import io.sinter.file.AtomicFile;
import io.sinter.file.Unfinished;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder beside an output in which a training works: what was merged, checkpoints, metrics, and the recipe that they are
 * of. It is gone when the output is there.
 *
 * @param folder {@code DIR.training}
 */
record TrainingWorkplace(Path folder) {

    private static final String RECIPE = "recipe.yaml";

    /** Whether a training that was interrupted is wanted. */
    enum Start {
        /** A new one. */
        ANEW,
        /** The one that is there, or a new one where none is. */
        RESUMED
    }

    /**
     * Opens the folder of an output.
     *
     * @throws OutputException if there is a training that is not to be gone on with, or one of another recipe
     */
    static TrainingWorkplace open(Path target, TrainingRecipe recipe, Start start) {
        Path absolute = target.toAbsolutePath().normalize();
        Path folder = absolute.resolveSibling(absolute.getFileName() + ".training");
        Path kept = folder.resolve(RECIPE);
        try {
            if (Files.exists(folder) && start == Start.ANEW) {
                throw new OutputException(
                        "%s: a training that did not end is there: go on with it by --resume, or remove the folder to begin anew"
                                .formatted(folder));
            }
            if (Files.exists(kept) && !Files.readString(kept).equals(recipe.text())) {
                throw new OutputException(
                        "%s: the training there is of another recipe than %s: give that recipe, or remove the folder to begin anew"
                                .formatted(folder, recipe.file()));
            }
            Files.createDirectories(folder);
            if (!Files.exists(kept)) {
                byte[] text = recipe.text().getBytes(StandardCharsets.UTF_8);
                AtomicFile.write(kept, text.length, channel -> channel.write(ByteBuffer.wrap(text)));
            }
            return new TrainingWorkplace(folder);
        } catch (IOException e) {
            throw new OutputException(folder + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /** Where a merge goes. */
    Path merged() {
        return folder.resolve("merged");
    }

    /** Where checkpoints and metrics go. */
    Path run() {
        return folder.resolve("run");
    }

    /** Removes the folder where nothing in it is worth going on with: there is no checkpoint. */
    void removeWithoutCheckpoint() {
        try (DirectoryStream<Path> checkpoints =
                Files.isDirectory(run()) ? Files.newDirectoryStream(run(), "checkpoint-*") : null) {
            if (checkpoints == null || !checkpoints.iterator().hasNext()) {
                remove();
            }
        } catch (IOException e) {
            throw new OutputException(folder + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Ends the work. */
    void remove() {
        Unfinished.deleteTree(folder);
    }
}
