package io.sinter.mergekit;

import io.sinter.fuzz.Promise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Any text as a recipe of mergekit's. */
public final class MergekitFuzz {

    private static final Path FILE = Path.of("recipe.yaml");

    private MergekitFuzz() {}

    /** One execution. */
    public static void fuzzerTestOneInput(byte[] input) {
        Promise.hold(input, bytes -> MergekitReader.parse(FILE, new String(bytes, StandardCharsets.UTF_8)));
    }
}
