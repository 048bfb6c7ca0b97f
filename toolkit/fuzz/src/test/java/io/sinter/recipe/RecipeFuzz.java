package io.sinter.recipe;

import io.sinter.fuzz.Promise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Any text as a recipe. */
public final class RecipeFuzz {

    private static final Path FILE = Path.of("recipe.yaml");

    private RecipeFuzz() {}

    /** One execution. */
    public static void fuzzerTestOneInput(byte[] input) {
        Promise.hold(input, bytes -> RecipeReader.parse(FILE, new String(bytes, StandardCharsets.UTF_8)));
    }
}
