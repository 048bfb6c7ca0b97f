package io.sinter.eval;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Masks a text as BERT was trained: of the tokens of a text 15 % are to be predicted, and of these 80 % are masked, 10 %
 * are another token of the vocabulary, 10 % are left as they are. The same seed gives the same masks.
 *
 * <p>Each line is a text, and is cut into pieces that fill the model's length with the special tokens; pieces of fewer
 * than {@value #SHORTEST} tokens are left out.
 *
 * @param seed of the random numbers
 * @see <a href="https://arxiv.org/abs/1810.04805">BERT, section 3.1</a>
 */
public record RandomMasking(long seed) {

    /** Tokens of the shortest piece that is used. */
    public static final int SHORTEST = 16;

    private static final double CHOSEN = 0.15;
    private static final double MASKED = 0.8;
    private static final double REPLACED = 0.1;

    /**
     * Masks the lines of a file, in UTF-8.
     *
     * @throws MissingException if there is no such file
     * @throws MalformedException if it is no UTF-8, or too short
     */
    public MaskedDataset read(Path file, MaskedLanguageModel model) {
        List<MaskedExample> examples = mask(DatasetFile.lines(file), model);
        if (examples.stream().allMatch(e -> e.positions().isEmpty())) {
            throw new MalformedException(
                    "%s: no line has %d tokens or more, so there is nothing to mask".formatted(file, SHORTEST));
        }
        return new MaskedDataset(String.valueOf(file.getFileName()), examples);
    }

    /** Masks texts. */
    public List<MaskedExample> mask(List<String> texts, MaskedLanguageModel model) {
        Vocabulary vocabulary = model.tokenizer().vocabulary();
        Set<Integer> special = new HashSet<>(vocabulary.specialIds());
        int[] ordinary = vocabulary.ids().values().stream()
                .mapToInt(Integer::intValue)
                .filter(id -> !special.contains(id))
                .sorted()
                .toArray();
        Draw draw = new Draw(new Random(seed), model, special, ordinary);
        return Pieces.of(model.tokenizer()).cut(texts).stream().map(draw::mask).toList();
    }

    /** Draws in the order of the tokens, so that a seed gives the same masks however the texts run later. */
    private static final class Draw {

        private final Random random;
        private final MaskedLanguageModel model;
        private final Set<Integer> special;
        private final int[] ordinary;

        Draw(Random random, MaskedLanguageModel model, Set<Integer> special, int[] ordinary) {
            this.random = random;
            this.model = model;
            this.special = special;
            this.ordinary = ordinary;
        }

        MaskedExample mask(Encoding piece) {
            long[] ids = piece.ids().toLongArray();
            Encoding masked = piece;
            List<Integer> positions = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            for (int s = 0; s < ids.length; s++) {
                if (!special.contains((int) ids[s]) && random.nextDouble() < CHOSEN) {
                    positions.add(s);
                    labels.add((int) ids[s]);
                    masked = model.withToken(masked, s, instead((int) ids[s]));
                }
            }
            return new MaskedExample(masked, positions, labels);
        }

        private int instead(int id) {
            double kind = random.nextDouble();
            if (kind < MASKED) {
                return model.maskId();
            }
            return kind < MASKED + REPLACED ? ordinary[random.nextInt(ordinary.length)] : id;
        }
    }
}
