package io.sinter.vocabulary;

import io.sinter.vocabulary.TokenForm.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** For each token of one vocabulary, the target, what stands for it in another, the source. */
public final class VocabularyAlignment {

    private final TokenForms target;
    private final int[] rows;
    private final Match[] matches;

    private VocabularyAlignment(TokenForms target, int[] rows, Match[] matches) {
        this.target = target;
        this.rows = rows;
        this.matches = matches;
    }

    /**
     * Aligns two vocabularies. Several tokens of the target may have the same counterpart; of several counterparts, the
     * best is taken by level, then the same token, the same place in a word, the lowest id.
     */
    public static VocabularyAlignment of(TokenForms target, TokenForms source) {
        FormIndex index = new FormIndex(source);
        int[] rows = new int[target.rows()];
        Match[] matches = new Match[rows.length];
        for (int id = 0; id < rows.length; id++) {
            Optional<FormIndex.Found> found = target.form(id).flatMap(index::find);
            rows[id] = found.map(f -> f.form().id()).orElse(-1);
            matches[id] = found.map(FormIndex.Found::match).orElse(Match.NONE);
        }
        return new VocabularyAlignment(target, rows, matches);
    }

    /** For each id of the target the source's id, or -1; a copy. */
    public int[] rows() {
        return rows.clone();
    }

    /** How a token of the target was matched. */
    public Match match(int id) {
        return matches[id];
    }

    /**
     * Pairs of tokens for text, one-to-one: what fits are made on. The best matches first; a token of the source that is
     * the counterpart of several goes to the best of them.
     *
     * @return the target's ids, and the source's, {@code [2][pairs]}
     */
    public int[][] shared() {
        List<TokenForm> candidates = new ArrayList<>(target.ofKind(Kind.TEXT));
        candidates.removeIf(form -> matches[form.id()] == Match.NONE);
        candidates.sort(Comparator.comparing(form -> matches[form.id()]));
        Set<Integer> taken = new HashSet<>();
        int[] ids = candidates.stream()
                .mapToInt(TokenForm::id)
                .filter(id -> taken.add(rows[id]))
                .toArray();
        return new int[][] {ids, Arrays.stream(ids).map(id -> rows[id]).toArray()};
    }

    /** How many tokens were matched. */
    public Coverage coverage() {
        Map<Match, Integer> counts = new EnumMap<>(Match.class);
        target.stream().forEach(form -> counts.merge(matches[form.id()], 1, Integer::sum));
        List<TokenForm> text = target.ofKind(Kind.TEXT);
        int matched = (int)
                text.stream().filter(form -> matches[form.id()] != Match.NONE).count();
        return new Coverage(counts, text.size(), matched);
    }
}
