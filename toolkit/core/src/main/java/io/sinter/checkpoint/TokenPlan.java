package io.sinter.checkpoint;

import io.sinter.error.RecipeException;
import io.sinter.mergekit.ModelReference;
import io.sinter.mergekit.TokenizerEntry;
import io.sinter.mergekit.TokenizerEntry.From;
import io.sinter.mergekit.TokenizerEntry.RowSource;
import io.sinter.mergekit.TokenizerEntry.TokenRow;
import io.sinter.recipe.Place;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.vocabulary.Add;
import io.sinter.vocabulary.Match;
import io.sinter.vocabulary.TargetTokenizer;
import io.sinter.vocabulary.TokenForms;
import io.sinter.vocabulary.TokenizerUnion;
import io.sinter.vocabulary.VocabularyAlignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The tokens of a result, and where each model has their rows.
 *
 * @param tokenizer of the result
 * @param rows of its tables, padding included
 * @param models the sources, the reference first
 * @param ownRows for each model and each token's id, the model's row, or −1
 * @param fixed rows that the recipe names, by id
 * @param notes what a user should know
 */
record TokenPlan(
        TokenizerJson tokenizer,
        int rows,
        List<OpenedModel> models,
        List<int[]> ownRows,
        Map<Integer, Fixed> fixed,
        List<String> notes) {

    /**
     * A row that the recipe names.
     *
     * @param model whose, or −1 for zeros
     * @param row of it
     * @param force whether models with a row of their own get this one too
     */
    record Fixed(int model, int row, boolean force) {}

    /**
     * Works out the tokens.
     *
     * @param others models that the recipe names for tokens only are opened with it
     * @throws io.sinter.error.SinterException if a model has no tokenizer, or a named token or model is not there
     */
    static TokenPlan of(TokenizerEntry entry, List<OpenedModel> models) {
        List<TokenizerJson> tokenizers =
                models.stream().map(m -> m.companions().tokenizer()).toList();
        List<String> notes = new ArrayList<>();
        TokenizerJson target = switch (entry.from()) {
            case From.Base base -> tokenizers.getFirst();
            case From.Model(ModelReference model) -> tokenizers.get(index(models, model, entry.place()));
            case From.Union union -> {
                TargetTokenizer made =
                        TokenizerUnion.of(tokenizers.getFirst(), tokenizers.subList(1, tokenizers.size()), Add.ALL);
                notes.addAll(made.notes());
                yield made.tokenizer();
            }
        };
        int needed = target.vocabulary().rowsNeeded();
        int pad = entry.padToMultipleOf();
        int rows = Math.toIntExact((long) (needed + pad - 1) / pad * pad);
        List<int[]> own = tokenizers.stream().map(t -> rowsOf(target, t, rows)).toList();
        Map<Integer, Fixed> fixed = new LinkedHashMap<>();
        entry.tokens().forEach((token, row) -> {
            int id = target.vocabulary()
                    .id(token)
                    .orElseThrow(() -> row.place().error("the result has no token \"" + token + "\""));
            fixed.put(id, fixed(row, token, models, tokenizers));
        });
        return new TokenPlan(target, rows, models, own, fixed, notes);
    }

    private static int[] rowsOf(TokenizerJson target, TokenizerJson own, int rows) {
        VocabularyAlignment alignment = VocabularyAlignment.of(TokenForms.of(target), TokenForms.of(own));
        int[] aligned = alignment.rows();
        int[] result = new int[rows];
        Arrays.fill(result, -1);
        for (int id = 0; id < target.vocabulary().rowsNeeded(); id++) {
            OptionalInt same = target.vocabulary().token(id).stream()
                    .flatMapToInt(token -> own.vocabulary().id(token).stream())
                    .findFirst();
            boolean alike =
                    id < aligned.length && (alignment.match(id) == Match.EXACT || alignment.match(id) == Match.ROLE);
            result[id] = same.orElse(alike ? aligned[id] : -1);
        }
        return result;
    }

    private static Fixed fixed(TokenRow row, String token, List<OpenedModel> models, List<TokenizerJson> tokenizers) {
        return switch (row.source()) {
            case RowSource.Zero zero -> new Fixed(-1, -1, row.force());
            case RowSource.OfModel(ModelReference model, String other, Integer id) -> {
                int index = index(models, model, row.place());
                Vocabulary vocabulary = tokenizers.get(index).vocabulary();
                String wanted = other == null ? token : other;
                int source = id != null
                        ? id
                        : vocabulary
                                .id(wanted)
                                .orElseThrow(
                                        () -> row.place().error("%s has no token \"%s\"".formatted(model, wanted)));
                if (source < 0 || source >= vocabulary.rowsNeeded()) {
                    throw row.place()
                            .error("token_id: got %d, but %s has %d tokens"
                                    .formatted(source, model, vocabulary.rowsNeeded()));
                }
                yield new Fixed(index, source, row.force());
            }
        };
    }

    private static int index(List<OpenedModel> models, ModelReference model, Place place) {
        int index = models.stream().map(OpenedModel::reference).toList().indexOf(model);
        if (index < 0) {
            throw unknown(model, models, place);
        }
        return index;
    }

    private static RecipeException unknown(ModelReference model, List<OpenedModel> models, Place place) {
        return place.error("%s is not among the models that are merged: %s"
                .formatted(
                        model,
                        String.join(
                                ", ", models.stream().map(OpenedModel::label).toList())));
    }

    /** Whether a model has these tokens in this order already. */
    boolean isOwn(int model) {
        int[] own = ownRows.get(model);
        return fixed.isEmpty()
                && models.get(model).config().stream()
                        .anyMatch(c -> c.vocabSize().orElse(0) == rows)
                && IntStream.range(0, rows).allMatch(id -> own[id] == id || (own[id] < 0 && isPadding(id)));
    }

    private boolean isPadding(int id) {
        return tokenizer.vocabulary().token(id).isEmpty();
    }

    /** The models' weights with rows for these tokens. */
    OpenedModel aligned(int model) {
        OpenedModel opened = models.get(model);
        return isOwn(model) ? opened : opened.with(new AlignedWeights(this, model));
    }
}
