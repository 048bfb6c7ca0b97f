package io.sinter.merge;

import io.sinter.combine.CombineMethod;
import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.VocabularyEntry;
import io.sinter.source.ModelConfig;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.VocabularyComparison;
import io.sinter.vocabulary.Match;
import io.sinter.vocabulary.TargetTokenizer;
import io.sinter.vocabulary.TokenForms;
import io.sinter.vocabulary.TokenizerIntersection;
import io.sinter.vocabulary.TokenizerPermutation;
import io.sinter.vocabulary.TokenizerUnion;
import io.sinter.vocabulary.VocabularyAlignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Works out the vocabulary of a merge of models whose tokens differ. */
final class VocabularyPlanner {

    /**
     * Families whose graphs know the id of padding, so that it has to stay what it is: positions are counted from it, or
     * what is classified is the last token that is none.
     */
    private static final Set<String> KNOW_PADDING = Set.of(
            "roberta",
            "xlm-roberta",
            "xlm-roberta-xl",
            "camembert",
            "data2vec-text",
            "mpnet",
            "longformer",
            "ernie_m",
            "gpt2",
            "llama",
            "mistral",
            "qwen2",
            "qwen3",
            "gemma3_text");

    /** Families whose graphs know the id of the end of a text, where they take its vector. */
    private static final Set<String> KNOW_THE_END = Set.of("clip", "clip_text_model");

    private final VocabularyEntry entry;
    private final CombineMethod combiner;
    private final List<SourceTokens> tokens;
    private final List<String> notes = new ArrayList<>();

    private VocabularyPlanner(VocabularyEntry entry, CombineMethod combiner, List<SourceTokens> tokens) {
        this.entry = entry;
        this.combiner = combiner;
        this.tokens = tokens;
    }

    /**
     * Plans the tokens of the result.
     *
     * @param recipe with a vocabulary
     * @param found what each source's rows stand for, in the models' order
     * @param reference the body's number, or that of the model that a result without one is like
     * @param body the body's configuration, if there is one
     * @throws IncompatibleException if too few tokens have rows in a model, or a model has no tokenizer
     */
    static VocabularyPlan plan(Recipe recipe, List<Named> found, int reference, Optional<ModelConfig> body) {
        VocabularyEntry entry = Objects.requireNonNull(recipe.vocabulary());
        List<SourceTokens> tokens = found.stream().map(Named::required).toList();
        tokens.forEach(VocabularyPlanner::requireRows);
        VocabularyPlanner planner =
                new VocabularyPlanner(entry, recipe.combine().combiner(), tokens);
        Target wanted = planner.target(reference);
        requireNoKnownEnd(wanted, reference, body);
        Target target = planner.pinned(wanted, reference, body);
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
        return switch (entry.from()) {
            case VocabularyEntry.UNION -> made(reference, union(reference));
            case VocabularyEntry.INTERSECTION ->
                made(reference, TokenizerIntersection.of(tokenizer(reference), others(reference)));
            default -> {
                int owner = tokens.stream().map(SourceTokens::name).toList().indexOf(entry.from());
                // The body's table keeps its rows of padding; of another's, those that tokens need.
                int rows = owner == reference
                        ? tokens.get(owner).rows()
                        : tokens.get(owner).vocabulary().rowsNeeded();
                yield new Target(owner, Optional.empty(), SourceRows.inOrder(rows));
            }
        };
    }

    private TargetTokenizer union(int base) {
        return TokenizerUnion.of(tokenizer(base), others(base), entry.add());
    }

    private Target made(int base, TargetTokenizer made) {
        notes.addAll(made.notes());
        return new Target(base, Optional.of(made.tokenizer()), SourceRows.of(made.baseRows()));
    }

    private List<TokenizerJson> others(int base) {
        return IntStream.range(0, tokens.size())
                .filter(i -> i != base)
                .mapToObj(this::tokenizer)
                .toList();
    }

    private TokenizerJson tokenizer(int source) {
        SourceTokens tokensOfSource = tokens.get(source);
        return tokensOfSource
                .tokenizer()
                .orElseThrow(() -> new IncompatibleException(
                        "vocabulary: %s: %s is a list of words without a tokenizer; take the vocabulary of a model, such as from: %s"
                                .formatted(
                                        entry.from(),
                                        tokensOfSource.name(),
                                        tokens.getFirst().name())));
    }

    /** CLIP finds the vector of a text by the id of its end, which is a number in the graph. */
    private static void requireNoKnownEnd(Target target, int reference, Optional<ModelConfig> body) {
        String type = body.flatMap(ModelConfig::modelType).orElse("");
        if (KNOW_THE_END.contains(type) && (target.owner != reference || target.made.isPresent())) {
            throw new IncompatibleException(
                    "vocabulary: from: a body of model_type %s takes a text's vector where the id of its end stands, so that it reads its own ids only; leave from: out, or take another body"
                            .formatted(type));
        }
    }

    /** Lets padding keep the body's id where the body's graph knows it: two tokens change places. */
    private Target pinned(Target target, int reference, Optional<ModelConfig> body) {
        boolean counts =
                body.map(c -> KNOW_PADDING.contains(c.modelType().orElse(""))).orElse(false);
        OptionalInt before = tokens.get(reference).vocabulary().special(SpecialToken.PAD);
        TokenizerJson tokenizer =
                target.made.orElseGet(() -> tokens.get(target.owner).tokenizer().orElse(null));
        if (!counts || before.isEmpty() || tokenizer == null || (target.owner == reference && target.made.isEmpty())) {
            return target;
        }
        OptionalInt now = tokenizer.vocabulary().special(SpecialToken.PAD);
        int rows = target.ownerRows.count();
        if (now.isEmpty() || now.getAsInt() == before.getAsInt() || before.getAsInt() >= rows) {
            return target;
        }
        int[] order = IntStream.range(0, rows).toArray();
        order[before.getAsInt()] = now.getAsInt();
        order[now.getAsInt()] = before.getAsInt();
        notes.add("padding keeps the id %d, which the graph of %s knows: \"%s\" and \"%s\" change places"
                .formatted(
                        before.getAsInt(),
                        tokens.get(reference).name(),
                        tokenizer.vocabulary().token(before.getAsInt()).orElse("(no token)"),
                        tokenizer.vocabulary().token(now.getAsInt()).orElse("(no token)")));
        // A swap is its own inverse, so that order is also where each id goes.
        return new Target(
                target.owner,
                Optional.of(TokenizerPermutation.of(tokenizer, order)),
                target.ownerRows.reordered(order));
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
                combiner.reads(source) ? entry.missing().method() : null);
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
