package io.sinter.encoder;

import io.sinter.source.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Configurations that a test writes. */
final class Configurations {

    private Configurations() {}

    /** That text as {@code config.json} in a folder. */
    static ModelConfig of(Path folder, String json) {
        try {
            return ModelConfig.read(Files.writeString(folder.resolve("config.json"), json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
