package io.sinter.merge;

import io.sinter.bake.LookupTable;
import io.sinter.bake.TokenRows;
import io.sinter.error.MissingException;
import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.VocabularyEntry;
import io.sinter.source.ModelSource;
import io.sinter.source.OtherTokenizer;
import io.sinter.source.OtherTokenizer.Align;
import java.util.List;
import java.util.Optional;

/** Merges whose graph reads the tokens of several tokenizers. */
final class OtherTokens {

    private OtherTokens() {}

    /** How tokens are brought together at run time; nothing where rows are before. */
    static Optional<Align> align(Recipe recipe) {
        VocabularyEntry entry = recipe.vocabulary();
        return entry == null
                ? Optional.empty()
                : switch (entry.align()) {
                    case VOCABULARY -> Optional.empty();
                    case OFFSETS -> Optional.of(Align.OFFSETS);
                    case POSITION -> Optional.of(Align.POSITION);
                };
    }

    /**
     * Checks what such a merge needs.
     *
     * @param sources in the recipe's order
     * @param reference the model whose tokens the body reads
     * @throws io.sinter.error.SinterException if something is missing, with what to change
     */
    static void check(Recipe recipe, List<ModelSource> sources, int reference) {
        VocabularyEntry entry = recipe.vocabulary();
        if (entry == null || align(recipe).isEmpty()) {
            return;
        }
        String key = "vocabulary: align: " + (entry.align() == VocabularyEntry.Align.OFFSETS ? "offsets" : "position");
        String body = recipe.models().get(reference).name();
        if (recipe.mode() != Recipe.Mode.LIVE) {
            throw new RecipeException(
                    key + ": needs mode: live: which tokens stand together is known when a text is read, not before");
        }
        if (!entry.from().equals(body)) {
            throw new RecipeException("%s: needs from: %s, whose tokens the encoder reads; got from: %s"
                    .formatted(key, body, entry.from()));
        }
        if (recipe.output().target() != null) {
            throw new UnsupportedException(
                    "%s: output: target is not for merges that read two tokenizers; leave it out, and give the output to sinter optimize"
                            .formatted(key));
        }
        for (int i = 0; i < sources.size(); i++) {
            String name = recipe.models().get(i).name();
            if (i != reference && !OtherTokenizer.isName(name)) {
                throw new RecipeException(
                        "%s: the name \"%s\" becomes that of a folder and of inputs: give it one of letters, digits, points, dashes and underlines, a letter or digit first"
                                .formatted(key, name));
            }
            if (i != reference && sources.get(i).findTokenizer().isEmpty()) {
                throw new MissingException(
                        "%s: %s has no tokenizer, which must read texts beside that of %s".formatted(key, name, body));
            }
        }
    }

    /** A source's tokenizer that the graph has inputs for, if it has. */
    static Optional<OtherTokenizer> of(MergePlan plan, PlannedSource source) {
        return source.equals(plan.tokenizerOwner())
                ? Optional.empty()
                : align(plan.recipe()).map(align -> OtherTokenizer.of(source.name(), align));
    }

    /** All of them. */
    static List<OtherTokenizer> of(MergePlan plan) {
        return plan.sources().stream().flatMap(s -> of(plan, s).stream()).toList();
    }

    /** A source's table as the graph looks it up: its own rows where its own tokens are read. */
    static LookupTable lookup(MergePlan plan, int source, LookupTable aligned) {
        PlannedSource planned = plan.sources().get(source);
        return of(plan, planned)
                .map(other -> new LookupTable(planned.table().data(), rows(other)))
                .orElse(aligned);
    }

    private static TokenRows rows(OtherTokenizer other) {
        String spans = other.spans();
        return spans == null ? new TokenRows.Beside(other.ids()) : new TokenRows.Covering(other.ids(), spans);
    }

    /** What a user should know. */
    static List<String> notes(Recipe recipe, int reference) {
        String body = recipe.models().get(reference).name();
        return align(recipe).stream()
                .flatMap(align -> recipe.models().stream()
                        .filter(model -> !model.name().equals(body))
                        .map(model -> describe(OtherTokenizer.of(model.name(), align), body)))
                .toList();
    }

    private static String describe(OtherTokenizer other, String body) {
        return other.spans() == null
                ? "the graph reads the tokens of %s too, in \"%s\": the n-th beside the n-th of %s, padded or cut; a baseline"
                        .formatted(other.name(), other.ids(), body)
                : "the graph reads the tokens of %s too, in \"%s\", and in \"%s\" which of them cover each token of %s; sinter's commands make both of the text, with tokenizers/%s"
                        .formatted(other.name(), other.ids(), other.spans(), body, other.name());
    }
}
