package io.sinter.source;

import io.sinter.error.UnsupportedException;
import io.sinter.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Copies what stands beside a model's weights to another form of the same model. */
public final class CarriedFiles {

    private CarriedFiles() {}

    /**
     * Copies configuration, tokenizer and sentence-transformers modules; a {@code tokenizer.json} that is missing is
     * built where that can be done.
     *
     * @return what a user should know
     * @throws IOException if a file cannot be read or written
     */
    public static List<String> copy(Companions companions, Path directory) throws IOException {
        List<String> notes = new ArrayList<>();
        for (Path file : companions.files()) {
            Path copy = directory.resolve(companions.folder().relativize(file).toString());
            Files.createDirectories(parent(copy));
            Files.copy(file, copy);
        }
        Path json = directory.resolve(TokenizerJson.FILE_NAME);
        Optional<TokenizerJson> tokenizer = Files.exists(json) ? Optional.empty() : built(companions, notes);
        if (tokenizer.isPresent()) {
            tokenizer.get().note().ifPresent(notes::add);
            Files.write(json, tokenizer.get().bytes());
        }
        return notes;
    }

    private static Optional<TokenizerJson> built(Companions companions, List<String> notes) {
        try {
            return companions.findTokenizer();
        } catch (UnsupportedException e) {
            notes.add(e.getMessage());
            return Optional.empty();
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }
}
