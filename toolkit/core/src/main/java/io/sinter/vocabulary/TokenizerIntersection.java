package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tokenizer with those of its tokens only that others have too, in whatever way they write them. Its special tokens, bytes
 * and single characters stay, so that texts can be written; merges whose parts or result went away go too, and what only
 * they made. Ids are without holes, in the base's order.
 */
public final class TokenizerIntersection {

    private final TokenizerJson base;
    private final TokenForms forms;
    private final boolean[] kept;
    private final List<String> notes = new ArrayList<>();

    private TokenizerIntersection(TokenizerJson base) {
        this.base = base;
        this.forms = TokenForms.of(base);
        this.kept = new boolean[forms.rows()];
    }

    /** Keeps what all have. A counterpart at any level of {@link Match} counts. */
    public static TargetTokenizer of(TokenizerJson base, List<TokenizerJson> others) {
        TokenizerIntersection intersection = new TokenizerIntersection(base);
        intersection.keep(others);
        return intersection.finish();
    }

    private void keep(List<TokenizerJson> others) {
        Set<Integer> needed = needed();
        List<VocabularyAlignment> alignments = others.stream()
                .map(other -> VocabularyAlignment.of(forms, TokenForms.of(other)))
                .toList();
        Notes dropped = new Notes();
        forms.stream().forEach(form -> {
            kept[form.id()] = needed.contains(form.id())
                    || isBasic(form)
                    || alignments.stream().allMatch(a -> a.match(form.id()) != Match.NONE);
            if (!kept[form.id()]) {
                dropped.add(form);
            }
        });
        if (dropped.count() > 0) {
            notes.add("left out %s that others lack".formatted(dropped));
        }
    }

    private static boolean isBasic(TokenForm form) {
        return switch (form.kind()) {
            case SPECIAL, BYTES -> true;
            case TEXT -> form.surface().codePointCount(0, form.surface().length()) <= 1;
            case UNUSED -> false;
        };
    }

    /** Tokens that parts of the tokenizer name. */
    private Set<Integer> needed() {
        ObjectNode json = base.json();
        Set<Integer> ids = new HashSet<>();
        base.vocabulary().specialIds().forEach(ids::add);
        for (ObjectNode step : Parts.steps(json.path("post_processor"))) {
            ids.add(step.path("cls").path(1).asInt(-1));
            ids.add(step.path("sep").path(1).asInt(-1));
            step.path("special_tokens").forEach(token -> token.path("ids").forEach(id -> ids.add(id.intValue())));
        }
        ids.add(json.path("padding").path("pad_id").asInt(-1));
        return ids;
    }

    private TargetTokenizer finish() {
        Merges merges = Merges.of(base.json().path("model"));
        Merges left = restrict(merges);
        int[] newIds = new int[kept.length];
        Arrays.fill(newIds, -1);
        int[] rows = IntStream.range(0, kept.length).filter(id -> kept[id]).toArray();
        for (int id = 0; id < rows.length; id++) {
            newIds[rows[id]] = id;
        }
        ObjectNode json = Renumbering.apply(base, newIds);
        if (!merges.pairs().isEmpty()) {
            ((ObjectNode) json.path("model")).set("merges", left.json());
        }
        notes.add("%,d of the %,d tokens of %s are left; ids are new"
                .formatted(rows.length, base.vocabulary().size(), Notes.name(base)));
        if (rows.length < base.vocabulary().size()) {
            notes.add("text of the tokens left out is cut into smaller pieces, or unknown");
        }
        return new TargetTokenizer(TokenizerJson.of(base.file(), json), rows, notes);
    }

    /** Drops merges that cannot be done any more and tokens that only they made, until nothing changes. */
    private Merges restrict(Merges merges) {
        Notes unmade = new Notes();
        Set<String> before = results(merges);
        Merges left = merges;
        boolean changed = true;
        while (changed) {
            left = left.filter(pair -> isKept(pair.left()) && isKept(pair.right()) && isKept(merges.result(pair)));
            Set<String> made = results(left);
            List<TokenForm> gone = forms.stream()
                    .filter(form -> kept[form.id()] && form.kind() != Kind.SPECIAL)
                    .filter(form -> before.contains(form.token()) && !made.contains(form.token()))
                    .toList();
            gone.forEach(form -> kept[form.id()] = false);
            gone.forEach(unmade::add);
            changed = !gone.isEmpty();
        }
        if (unmade.count() > 0) {
            notes.add("left out %s that no merge makes any more".formatted(unmade));
        }
        return left;
    }

    private static Set<String> results(Merges merges) {
        return merges.pairs().stream().map(merges::result).collect(Collectors.toSet());
    }

    private boolean isKept(String token) {
        return base.vocabulary().id(token).stream().anyMatch(id -> kept[id]);
    }
}
