package io.sinter.inference;

import io.sinter.encoder.ModelSessions;
import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.source.Companions;
import io.sinter.source.ModelSource;
import io.sinter.source.TableRows;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A model that gives every position of a text a logit for each token of its vocabulary. May be used by several threads.
 */
public final class MaskedLanguageModel implements AutoCloseable {

    private final String where;
    private final BatchRunner runner;
    private final Tokenizer tokenizer;
    private final TokenInputs inputs;

    private MaskedLanguageModel(String where, BatchRunner runner, Tokenizer tokenizer, TokenInputs inputs) {
        this.where = where;
        this.runner = runner;
        this.tokenizer = tokenizer;
        this.inputs = inputs;
    }

    /**
     * Opens a model.
     *
     * @throws MissingException if it has no tokenizer
     * @throws io.sinter.error.UnsupportedException if it has no graph, or one without such an output
     */
    public static MaskedLanguageModel open(Runtime runtime, ModelSource source, LogitsOptions options) {
        Session session =
                ModelSessions.open(runtime, source, options.execution().session());
        try {
            MaskedLanguageModel model = of(source.path().toString(), session, source.companions(), options);
            TableRows.require(source, model.tokenizer.vocabulary());
            return model;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * A model over a session, which it closes when it is closed.
     *
     * @param where the model, for messages
     * @param companions the tokenizer, and what else is beside the model
     */
    public static MaskedLanguageModel of(String where, Session session, Companions companions, LogitsOptions options) {
        String output = EncoderPorts.logits(where, session.outputs(), options.output(), 3)
                .name();
        Tokenizer tokenizer =
                Tokenizer.open(companions.tokenizer(), TextSettings.maxTokens(companions, options.maxTokens()));
        TokenInputs inputs = TokenInputs.of(where, session.inputs(), tokenizer, companions);
        BatchRunner runner = new BatchRunner(where, session, inputs, output, options.execution());
        return new MaskedLanguageModel(where, runner, tokenizer, inputs);
    }

    /**
     * A text with another token in a place; where other tokenizers read the text too, in the text as well.
     *
     * @param read as {@link #tokenizer} read it
     */
    public Encoding withToken(Encoding read, int position, int id) {
        return inputs.withToken(read, position, id);
    }

    /** The model, for messages. */
    public String where() {
        return where;
    }

    /** Its tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * The id of the token that stands for a token to be predicted.
     *
     * @throws MissingException if the tokenizer has none
     */
    public int maskId() {
        return tokenizer.vocabulary().maskId(where);
    }

    /**
     * Runs the model and applies a function to the logits of chosen positions, on the threads that run it. Nothing is
     * computed from the logits of other positions.
     *
     * @param positions for each text, which of its tokens
     * @return for each text, a result for each of its positions
     * @throws IncompatibleException if the model has fewer logits than the tokenizer has tokens
     */
    public <R> List<List<R>> at(List<Encoding> texts, List<List<Integer>> positions, RowFunction<R> use) {
        if (texts.size() != positions.size()) {
            throw new IllegalArgumentException("%d texts, positions of %d".formatted(texts.size(), positions.size()));
        }
        List<List<R>> results = new ArrayList<>(Collections.nCopies(texts.size(), List.of()));
        runner.run(texts, (batch, logits) -> {
                    requireVocabulary(logits);
                    return ofBatch(batch, logits, positions, use);
                })
                .forEach(batch -> batch.forEach(text -> results.set(text.index(), text.results())));
        return results;
    }

    /** What is made of the logits of a position. */
    @FunctionalInterface
    public interface RowFunction<R> {

        /**
         * Applies it.
         *
         * @param row valid during this call only
         * @param text which of the texts
         * @param which of its chosen positions
         */
        R apply(LogitsRow row, int text, int which);
    }

    private record OfText<R>(int index, List<R> results) {}

    private static <R> List<OfText<R>> ofBatch(
            TokenBatch batch, TensorData logits, List<List<Integer>> positions, RowFunction<R> use) {
        List<OfText<R>> results = new ArrayList<>();
        for (int b = 0; b < batch.indices().size(); b++) {
            int index = batch.indices().get(b);
            List<R> ofText = new ArrayList<>();
            List<Integer> chosen = positions.get(index);
            for (int which = 0; which < chosen.size(); which++) {
                LogitsRow row = LogitsRow.of(logits, b * logits.dim(1) + chosen.get(which));
                ofText.add(use.apply(row, index, which));
            }
            results.add(new OfText<>(index, ofText));
        }
        return results;
    }

    private void requireVocabulary(TensorData logits) {
        if (logits.dim(-1) < tokenizer.vocabulary().rowsNeeded()) {
            throw new IncompatibleException(
                    "%s: %d logits a token, but its tokenizer has ids up to %d; is it the tokenizer of another model?"
                            .formatted(
                                    where,
                                    logits.dim(-1),
                                    tokenizer.vocabulary().rowsNeeded() - 1));
        }
    }

    @Override
    public void close() {
        runner.close();
        tokenizer.close();
    }
}
