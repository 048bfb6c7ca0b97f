package io.sinter.vocabulary;

import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a tokenizer makes of a text, and how much of that another vocabulary has.
 *
 * @param words parts between white space
 * @param tokens running tokens, without those that are put around texts
 * @param tokensPerWord tokens / words
 * @param unknown share of the tokens that are the unknown one, 0 to 1
 * @param partial share that stand for bytes of a character
 * @param matched share with a counterpart in the other vocabulary
 */
public record TextCoverage(
        long words, long tokens, double tokensPerWord, double unknown, double partial, double matched) {

    private static final int MAX_TOKENS = 512;

    /**
     * Cuts texts.
     *
     * @param alignment of the tokenizer's vocabulary with the other
     * @throws io.sinter.error.UnsupportedException if a text is too long
     */
    public static TextCoverage of(TokenizerJson tokenizer, VocabularyAlignment alignment, List<String> texts) {
        TokenForms forms = TokenForms.of(tokenizer);
        OptionalInt unknown = forms.special(SpecialToken.UNK);
        long words = texts.stream()
                .mapToLong(text -> text.isBlank() ? 0 : text.strip().split("\\s+").length)
                .sum();
        int[] counts = new int[forms.rows()];
        try (Tokenizer opened = Tokenizer.open(tokenizer, MAX_TOKENS)) {
            opened.encodeWhole(texts)
                    .forEach(encoding ->
                            Arrays.stream(encoding.ids().toLongArray()).forEach(id -> counts[(int) id]++));
        }
        long tokens = 0;
        long partial = 0;
        long matched = 0;
        for (int id = 0; id < counts.length; id++) {
            tokens += counts[id];
            partial += forms.form(id).filter(f -> f.kind() == Kind.BYTES).isPresent() ? counts[id] : 0;
            matched += alignment.match(id) == Match.NONE ? 0 : counts[id];
        }
        return new TextCoverage(
                words,
                tokens,
                share(tokens, words),
                share(unknown.isPresent() ? counts[unknown.getAsInt()] : 0, tokens),
                share(partial, tokens),
                share(matched, tokens));
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
