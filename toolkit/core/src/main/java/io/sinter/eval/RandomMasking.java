package io.sinter.eval;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.tokenizer.Encoding;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Masks texts once, by the rule of {@link TokenMasking}. The same seed gives the same masks.
 *
 * <p>Each line is a text, and is cut into {@link Pieces}.
 *
 * @param seed of the random numbers
 */
public record RandomMasking(long seed) {

    /**
     * Masks the lines of a file, in UTF-8, for a model.
     *
     * @throws MissingException if there is no such file, or the model has no mask token
     * @throws MalformedException if it is no UTF-8, or too short
     */
    public MaskedDataset read(Path file, MaskedLanguageModel model) {
        return read(file, Pieces.of(model.tokenizer()), masking(model));
    }

    /**
     * Masks the lines of a file, in UTF-8.
     *
     * @throws MissingException if there is no such file
     * @throws MalformedException if it is no UTF-8, or too short
     */
    public MaskedDataset read(Path file, Pieces pieces, TokenMasking masking) {
        List<MaskedExample> examples = mask(pieces.read(file, UnaryOperator.identity()), masking);
        if (examples.stream().allMatch(e -> e.positions().isEmpty())) {
            throw new MalformedException("%s: %d short texts, of which the seed %d hides no token; give more text"
                    .formatted(file, examples.size(), seed));
        }
        return new MaskedDataset(String.valueOf(file.getFileName()), examples);
    }

    /** Masks texts for a model. */
    public List<MaskedExample> mask(List<String> texts, MaskedLanguageModel model) {
        return mask(Pieces.of(model.tokenizer()).cut(texts), masking(model));
    }

    /** Draws in the order of the pieces, so that a seed gives the same masks however the texts run later. */
    private List<MaskedExample> mask(List<Encoding> pieces, TokenMasking masking) {
        Random random = new Random(seed);
        return pieces.stream().map(piece -> masking.mask(piece, random)).toList();
    }

    private static TokenMasking masking(MaskedLanguageModel model) {
        return TokenMasking.of(model.where(), model.tokenizer().vocabulary(), model::withToken);
    }
}
