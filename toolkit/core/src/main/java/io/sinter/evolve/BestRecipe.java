package io.sinter.evolve;

import io.sinter.error.OutputException;
import io.sinter.file.AtomicFile;
import io.sinter.recipe.RecipeText;
import io.sinter.recipe.RecipeText.Spot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the recipe that a search found: the text that the search began with, with other numbers, relative paths that start
 * from where it is, and comments on its score above.
 *
 * @param recipe the file that the search began with
 * @param space what was varied
 * @param comments lines above
 */
record BestRecipe(Path recipe, Space space, List<String> comments) {

    /** Its name in the folder of a search. */
    static final String FILE_NAME = "best.yaml";

    /** Keys whose values are files and folders. */
    private static final Set<String> PATHS = Set.of(
            "model",
            "base_model",
            "base",
            "path",
            "lora",
            "parameters",
            "file",
            "config",
            "text",
            "tokenizer_source",
            "source");

    /** Writes it. */
    Path write(Path folder, Evaluation best) {
        Path target = folder.resolve(FILE_NAME);
        StringBuilder text = new StringBuilder();
        comments.forEach(line -> text.append("# ").append(line).append('\n'));
        text.append(text(folder, best));
        AtomicFile.write(target, 0, channel -> {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
        return target;
    }

    private String text(Path folder, Evaluation best) {
        RecipeText text = space.recipe();
        Map<Spot, String> changes = new LinkedHashMap<>(space.replacements(best.values()));
        for (Spot spot : text.spots()) {
            moved(spot, folder).ifPresent(path -> changes.put(spot, path));
        }
        return text.with(changes);
    }

    /** A relative path as it is from the folder, if the value is one: quoted, as paths may hold anything. */
    private Optional<String> moved(Spot spot, Path folder) {
        if (!PATHS.contains(key(spot.path()))) {
            return Optional.empty();
        }
        int plus = spot.value().indexOf('+');
        String model = plus < 0 ? spot.value() : spot.value().substring(0, plus);
        Optional<String> path = moved(model, folder);
        Optional<String> adapter =
                plus < 0 ? Optional.of("") : moved(spot.value().substring(plus + 1), folder);
        if (path.isEmpty() && (plus < 0 || adapter.isEmpty())) {
            return Optional.empty();
        }
        String whole = path.orElse(model)
                + (plus < 0 ? "" : "+" + adapter.orElse(spot.value().substring(plus + 1)));
        return Optional.of("\"" + whole.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    }

    private Optional<String> moved(String name, Path folder) {
        Path from = recipe.toAbsolutePath().normalize().getParent();
        try {
            if (from == null || Path.of(name).isAbsolute() || !Files.exists(from.resolve(name))) {
                return Optional.empty();
            }
            // Real paths: behind a link to a folder, ".." leads elsewhere than in the path's text.
            return Optional.of(folder.toRealPath()
                    .relativize(from.resolve(name).toRealPath())
                    .toString());
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        } catch (IOException e) {
            throw new OutputException(folder + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** The last key of a path, without its place in a list. */
    private static String key(String path) {
        return path.substring(path.lastIndexOf('.') + 1)
                .replaceAll("\\[\\d+\\]", "")
                .replace('-', '_');
    }
}
