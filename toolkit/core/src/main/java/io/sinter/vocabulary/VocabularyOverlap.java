package io.sinter.vocabulary;

import io.sinter.vocabulary.TokenForm.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much of one vocabulary another one has, for people.
 *
 * @param tokens tokens of the one
 * @param unused slots of it that no text leads to
 * @param coverage how its tokens matched
 * @param pairs tokens for text paired one-to-one: what fits are made on
 * @param examples for each level some tokens, spread over the vocabulary, with their counterparts
 */
public record VocabularyOverlap(
        int tokens, int unused, Coverage coverage, int pairs, Map<Match, List<Example>> examples) {

    /**
     * A token and what stands for it.
     *
     * @param counterpart the other's token; empty where there is none
     */
    public record Example(String token, String counterpart) {}

    /** Copies the map. */
    public VocabularyOverlap {
        examples = new EnumMap<>(examples);
    }

    /**
     * Looks at an alignment.
     *
     * @param examples at most this many of each level
     */
    public static VocabularyOverlap of(TokenForms target, TokenForms source, int examples) {
        VocabularyAlignment alignment = VocabularyAlignment.of(target, source);
        int[] rows = alignment.rows();
        Map<Match, List<Example>> shown = new EnumMap<>(Match.class);
        for (Match match : Match.values()) {
            List<Example> all = target.stream()
                    .filter(form -> form.kind() != Kind.UNUSED && alignment.match(form.id()) == match)
                    .map(form -> new Example(
                            form.token(),
                            source.form(rows[form.id()]).map(TokenForm::token).orElse("")))
                    .toList();
            shown.put(match, spread(all, examples));
        }
        return new VocabularyOverlap(
                (int) target.stream().count(),
                target.ofKind(Kind.UNUSED).size(),
                alignment.coverage(),
                alignment.shared()[0].length,
                shown);
    }

    /** The middles of equal parts. */
    private static List<Example> spread(List<Example> all, int count) {
        int shown = Math.min(count, all.size());
        return IntStream.range(0, shown)
                .mapToObj(i -> all.get((int) ((2L * i + 1) * all.size() / (2L * shown))))
                .toList();
    }
}
