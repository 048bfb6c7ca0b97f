package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm.Kind;
import io.sinter.vocabulary.TokenForm.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tokenizer with the tokens of others besides its own, behind them, written in its own way: the base's normaliser,
 * pre-tokenizer, special tokens and ids stay. Special tokens, unused slots and bytes of others are not taken.
 */
public final class TokenizerUnion {

    private static final int EXAMPLES = 3;

    private final TokenizerJson base;
    private final Add add;
    private final Notation notation;
    private final Extension extension;
    private final Set<Form> forms = new HashSet<>();
    private final List<TokenForm> joined = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int added;

    private record Form(String surface, Place place) {
        static Form of(TokenForm form) {
            return new Form(form.surface(), form.place());
        }
    }

    private TokenizerUnion(TokenizerJson base, List<TokenForms> others, Add add) {
        this.base = base;
        this.add = add;
        this.notation = Notation.of(base.json());
        this.extension = Extension.of(base, others, add);
        TokenForms.of(base).ofKind(Kind.TEXT).forEach(form -> forms.add(Form.of(form)));
    }

    /**
     * Adds the tokens of others, in their order.
     *
     * @return the base itself if nothing is added
     * @throws io.sinter.error.UnsupportedException if the base is of a kind that cannot be extended
     */
    public static TargetTokenizer of(TokenizerJson base, List<TokenizerJson> others, Add add) {
        List<TokenForms> forms = others.stream().map(TokenForms::of).toList();
        TokenizerUnion union = new TokenizerUnion(base, forms, add);
        for (int i = 0; i < others.size(); i++) {
            union.take(Notes.name(others.get(i)), forms.get(i));
        }
        return union.finish();
    }

    private void take(String name, TokenForms other) {
        Outcome outcome = new Outcome(Notes.name(base), name);
        List<Candidate> candidates = new ArrayList<>();
        for (TokenForm form : other.ofKind(Kind.TEXT)) {
            if (forms.contains(Form.of(form))) {
                outcome.there(form);
                continue;
            }
            Optional<String> token = notation.write(form.surface(), form.place());
            if (form.surface().isEmpty() || token.isEmpty()) {
                outcome.unwritable(form);
            } else if (extension.has(token.get())) {
                outcome.there(form);
            } else if (add == Add.UNCOVERED && extension.covers(new Candidate(form, token.get()))) {
                outcome.covered(form);
            } else {
                candidates.add(new Candidate(form, token.get()));
            }
        }
        Set<Candidate> wholes = candidates.stream().filter(extension::covers).collect(Collectors.toSet());
        Set<Candidate> reachable = new HashSet<>(Probe.reachable(base, notation, candidates));
        for (Candidate candidate : candidates) {
            if (!reachable.contains(candidate)) {
                outcome.unreachable(candidate.form());
            } else if (extension.add(candidate)) {
                outcome.added(candidate.form());
                added++;
                if (wholes.contains(candidate)) {
                    joined.add(candidate.form());
                }
                forms.add(Form.of(candidate.form()));
            } else {
                outcome.covered(candidate.form());
            }
        }
        notes.addAll(outcome.notes());
    }

    /** What the base cut into pieces and the union does not, with the pieces of a few. */
    private String joined() {
        TokenForms first = TokenForms.of(joined.stream().limit(EXAMPLES).toList());
        TokenForms own = TokenForms.of(base);
        List<int[]> pieces =
                Composition.pieces(first, IntStream.range(0, first.rows()).toArray(), base);
        String examples = IntStream.range(0, pieces.size())
                .mapToObj(i -> Arrays.stream(pieces.get(i))
                        .mapToObj(id -> own.form(id).orElseThrow().token())
                        .collect(Collectors.joining(
                                " ", "", " is " + joined.get(i).surface())))
                .collect(Collectors.joining(", "));
        return "%,d texts that %s cut into pieces are one token now, alone or in words (%s)"
                .formatted(joined.size(), Notes.name(base), examples);
    }

    private TargetTokenizer finish() {
        int own = base.vocabulary().rowsNeeded();
        TokenizerJson tokenizer = TokenizerJson.of(base.file(), extension.finish());
        if (tokenizer.vocabulary().equals(base.vocabulary())) {
            notes.add(Notes.name(base) + " stays as it is: nothing to add");
            return new TargetTokenizer(base, IntStream.range(0, own).toArray(), notes);
        }
        int rows = tokenizer.vocabulary().rowsNeeded();
        notes.add("%,d tokens: %,d of %s, %,d added behind them, %,d more that lead from single bytes to these"
                .formatted(
                        tokenizer.vocabulary().size(),
                        base.vocabulary().size(),
                        Notes.name(base),
                        added,
                        rows - own - added));
        notes.add(
                joined.isEmpty()
                        ? "text that %s wrote without unknown tokens or single bytes of a character is cut as before"
                                .formatted(Notes.name(base))
                        : joined());
        int[] baseRows = IntStream.range(0, rows).map(id -> id < own ? id : -1).toArray();
        return new TargetTokenizer(tokenizer, baseRows, notes);
    }
}
