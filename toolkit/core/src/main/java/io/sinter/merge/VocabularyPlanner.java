package io.sinter.merge;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.recipe.VocabularyEntry;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.VocabularyComparison;
import io.sinter.vocabulary.Match;
import io.sinter.vocabulary.TokenForms;
import io.sinter.vocabulary.VocabularyAlignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Works out the vocabulary of a merge of models whose tokens differ. */
final class VocabularyPlanner {

    private final VocabularyEntry entry;
    private final List<SourceTokens> tokens;
    private final List<String> notes = new ArrayList<>();

    private VocabularyPlanner(VocabularyEntry entry, List<SourceTokens> tokens) {
        this.entry = entry;
        this.tokens = tokens;
    }

    /**
     * Plans the tokens of the result.
     *
     * @param entry what the recipe says
     * @param found what each source's rows stand for, in the models' order
     * @param reference the body's number, or that of the model that a result without one is like
     * @throws IncompatibleException if too few tokens have rows in a model, or a model has no tokenizer
     */
    static VocabularyPlan plan(VocabularyEntry entry, List<Named> found, int reference) {
        List<SourceTokens> tokens = found.stream().map(Named::required).toList();
        tokens.forEach(VocabularyPlanner::requireRows);
        VocabularyPlanner planner = new VocabularyPlanner(entry, tokens);
        Target target = planner.target(reference);
        return planner.plan(target);
    }

    /** A source's tokens, if its files say what they are. */
    record Named(String name, Optional<SourceTokens> tokens) {

        private SourceTokens required() {
            return tokens.orElseThrow(() -> new MissingException(
                    "vocabulary: %s has no tokenizer.json, vocab.txt or vocab.json beside it, so nothing says what its rows stand for; put its tokenizer there, or leave vocabulary: out to take tables row by row"
                            .formatted(name)));
        }
    }

    /**
     * The tokens of the result.
     *
     * @param owner whose tokenizer it is, or the base of it
     * @param made the tokenizer, where it is not the owner's own
     * @param ownerRows which of the owner's rows stand for them
     */
    private record Target(int owner, Optional<TokenizerJson> made, SourceRows ownerRows) {}

    private Target target(int reference) {
        int owner = tokens.stream().map(SourceTokens::name).toList().indexOf(entry.from());
        // The body's table keeps its rows of padding; of another's, those that tokens need.
        int rows = owner == reference
                ? tokens.get(owner).rows()
                : tokens.get(owner).vocabulary().rowsNeeded();
        return new Target(owner, Optional.empty(), SourceRows.inOrder(rows));
    }

    private VocabularyPlan plan(Target target) {
        int rows = target.ownerRows.count();
        TokenForms forms = target.made
                .map(TokenForms::of)
                .orElseGet(() -> tokens.get(target.owner).forms());
        List<SourceRows> sources = new ArrayList<>();
        List<VocabularyMatch> matches = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            Optional<VocabularyAlignment> alignment = i == target.owner || sameTokens(i, target.owner)
                    ? Optional.empty()
                    : Optional.of(VocabularyAlignment.of(forms, tokens.get(i).forms()));
            int source = i;
            SourceRows row = SourceRows.of(
                    alignment.map(a -> padded(a.rows(), rows, source)).orElseGet(() -> ofOwner(target, source)));
            sources.add(row);
            VocabularyMatch match = match(forms, row, i, alignment);
            requireCoverage(match);
            matches.add(match);
            notes.add(match.describe());
        }
        return new VocabularyPlan(rows, target.owner, target.made, sources, tokens, matches, notes);
    }

    private boolean sameTokens(int source, int owner) {
        return VocabularyComparison.compare(
                        tokens.get(owner).vocabulary(), tokens.get(source).vocabulary())
                instanceof VocabularyComparison.Same;
    }

    /** The owner's rows in a table of the same tokens, as far as it goes. */
    private int[] ofOwner(Target target, int source) {
        return IntStream.range(0, target.ownerRows.count())
                .map(target.ownerRows::row)
                .map(row -> row < tokens.get(source).rows() ? row : SourceRows.LACKING)
                .toArray();
    }

    private int[] padded(int[] found, int rows, int source) {
        int[] all = new int[rows];
        Arrays.fill(all, SourceRows.LACKING);
        for (int t = 0; t < Math.min(rows, found.length); t++) {
            all[t] = found[t] < tokens.get(source).rows() ? found[t] : SourceRows.LACKING;
        }
        return all;
    }

    private VocabularyMatch match(
            TokenForms forms, SourceRows rows, int source, Optional<VocabularyAlignment> alignment) {
        Map<String, Integer> matched = new TreeMap<>();
        int count = 0;
        int lacking = 0;
        for (int t = 0; t < rows.count(); t++) {
            if (forms.form(t).isEmpty()) {
                continue;
            }
            count++;
            if (rows.row(t) == SourceRows.LACKING) {
                lacking++;
            } else {
                int token = t;
                Match how = alignment.map(a -> a.match(token)).orElse(Match.EXACT);
                matched.merge(how.name().toLowerCase(Locale.ROOT), 1, Integer::sum);
            }
        }
        return new VocabularyMatch(
                tokens.get(source).name(),
                count,
                matched,
                lacking,
                entry.missing().method());
    }

    private void requireCoverage(VocabularyMatch match) {
        if (match.coverage() < entry.minCoverage()) {
            throw new IncompatibleException(
                    "vocabulary: %s, expected %.0f %% at least: with so few the rest would be made up; compare the tokenizers with sinter tokens, choose another vocabulary: from:, or set vocabulary: {min_coverage: %.2f}"
                            .formatted(
                                    match.describe(),
                                    100 * entry.minCoverage(),
                                    Math.floor(100 * match.coverage()) / 100));
        }
    }

    private static void requireRows(SourceTokens source) {
        if (source.vocabulary().rowsNeeded() > source.rows()) {
            throw new IncompatibleException(
                    "%s: its tokenizer has ids up to %d, but its table has %d rows; is it the tokenizer of another model?"
                            .formatted(source.name(), source.vocabulary().rowsNeeded() - 1, source.rows()));
        }
    }
}
