package io.sinter.eval;

import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Hides tokens as BERT was trained: 15 % of the tokens of a text, special tokens left out, are to be predicted, each by
 * chance; of these 80 % are masked, 10 % are another token of the vocabulary, 10 % are left as they are.
 *
 * @see <a href="https://arxiv.org/abs/1810.04805">BERT, section 3.1</a>
 */
public final class TokenMasking {

    private static final double CHOSEN = 0.15;
    private static final double MASKED = 0.8;
    private static final double REPLACED = 0.1;

    private final BitSet special;
    private final int[] ordinary;
    private final int maskId;
    private final Replacement replacement;

    private TokenMasking(BitSet special, int[] ordinary, int maskId, Replacement replacement) {
        this.special = special;
        this.ordinary = ordinary;
        this.maskId = maskId;
        this.replacement = replacement;
    }

    /** Puts another token into a place of a text. */
    @FunctionalInterface
    public interface Replacement {

        /** The text with that id there. */
        Encoding with(Encoding text, int position, int id);
    }

    /**
     * The masking of a model's tokens.
     *
     * @param where the model, for messages
     * @throws io.sinter.error.MissingException if no token of the vocabulary stands for one that is to be predicted
     */
    public static TokenMasking of(String where, Vocabulary vocabulary, Replacement replacement) {
        int maskId = vocabulary.maskId(where);
        BitSet special = new BitSet();
        vocabulary.specialIds().forEach(special::set);
        int[] ordinary = vocabulary.ids().values().stream()
                .mapToInt(Integer::intValue)
                .filter(id -> !special.get(id))
                .sorted()
                .toArray();
        return new TokenMasking(special, ordinary, maskId, replacement);
    }

    /**
     * Hides tokens of a text.
     *
     * @param random draws in the order of the tokens: one number a token, then what a chosen one needs
     */
    public MaskedExample mask(Encoding text, RandomGenerator random) {
        long[] ids = text.ids().toLongArray();
        Encoding masked = text;
        List<Integer> positions = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int position = 0; position < ids.length; position++) {
            int id = (int) ids[position];
            if (!special.get(id) && random.nextDouble() < CHOSEN) {
                positions.add(position);
                labels.add(id);
                masked = replacement.with(masked, position, instead(id, random));
            }
        }
        return new MaskedExample(masked, positions, labels);
    }

    private int instead(int id, RandomGenerator random) {
        double kind = random.nextDouble();
        if (kind < MASKED) {
            return maskId;
        }
        return kind < MASKED + REPLACED ? ordinary[random.nextInt(ordinary.length)] : id;
    }
}
