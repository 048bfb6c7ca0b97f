package io.sinter.merge;

import io.sinter.error.MissingException;
import io.sinter.linalg.Matrix;
import io.sinter.missing.AuxiliaryOptions;
import io.sinter.missing.AuxiliaryVectors;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Vectors of a tokenizer's tokens trained on a text. */
final class Auxiliary {

    private static final int BATCH = 256;
    private static final int MAX_TOKENS = 512;

    private Auxiliary() {}

    /**
     * Trains them.
     *
     * @param rows of the model's table: the result has as many
     * @param folder where a relative path of the text starts
     * @throws MissingException if there is no such text
     */
    static Matrix vectors(AuxiliaryOptions options, Path folder, TokenizerJson tokenizer, int rows) {
        Path file = folder.resolve(options.text());
        if (!Files.isRegularFile(file)) {
            throw new MissingException(file + ": no such file; expected a plain text to train vectors of tokens on");
        }
        List<int[]> sequences = new ArrayList<>();
        try (Tokenizer encoder = Tokenizer.open(tokenizer, MAX_TOKENS);
                Stream<String> lines = Files.lines(file)) {
            List<String> batch = new ArrayList<>();
            lines.filter(line -> !line.isBlank()).forEach(line -> {
                batch.add(line.substring(0, Math.min(line.length(), Tokenizer.MAX_CHARACTERS)));
                if (batch.size() == BATCH) {
                    encode(encoder, batch, sequences);
                }
            });
            encode(encoder, batch, sequences);
        } catch (IOException | UncheckedIOException e) {
            throw new MissingException(file + ": cannot be read as UTF-8 text: " + e.getMessage(), e);
        }
        return AuxiliaryVectors.train(sequences.stream(), rows, options);
    }

    private static void encode(Tokenizer tokenizer, List<String> batch, List<int[]> sequences) {
        for (Encoding text : tokenizer.encodeWhole(batch)) {
            long[] ids = text.ids().toLongArray();
            int[] sequence = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                sequence[i] = Math.toIntExact(ids[i]);
            }
            sequences.add(sequence);
        }
        batch.clear();
    }
}
