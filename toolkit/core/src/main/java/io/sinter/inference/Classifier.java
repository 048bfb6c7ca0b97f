package io.sinter.inference;

import io.sinter.encoder.ModelSessions;
import io.sinter.error.IncompatibleException;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.source.Companions;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.source.TableRows;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A text classifier: a logit for each label, made a probability as the model's {@code config.json} says. May be used by
 * several threads.
 */
public final class Classifier implements AutoCloseable {

    private final String where;
    private final BatchRunner runner;
    private final TokenInputs inputs;
    private final Tokenizer tokenizer;
    private final ClassLabels labels;

    private Classifier(String where, BatchRunner runner, TokenInputs inputs, Tokenizer tokenizer, ClassLabels labels) {
        this.where = where;
        this.runner = runner;
        this.inputs = inputs;
        this.tokenizer = tokenizer;
        this.labels = labels;
    }

    /**
     * Opens a model.
     *
     * @throws io.sinter.error.MissingException if it has no tokenizer
     * @throws io.sinter.error.UnsupportedException if it has no graph, or one without such an output
     */
    public static Classifier open(Runtime runtime, ModelSource source, LogitsOptions options) {
        Session session =
                ModelSessions.open(runtime, source, options.execution().session());
        try {
            Classifier classifier = of(source.path().toString(), session, source.companions(), options);
            TableRows.require(source, classifier.tokenizer.vocabulary());
            return classifier;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static Classifier of(String where, Session session, Companions companions, LogitsOptions options) {
        String output = EncoderPorts.logits(where, session.outputs(), options.output(), 2)
                .name();
        ClassLabels labels = ClassLabels.of(companions.config().map(ModelConfig::json));
        Tokenizer tokenizer =
                Tokenizer.open(companions.tokenizer(), TextSettings.maxTokens(companions, options.maxTokens()));
        TokenInputs inputs = TokenInputs.of(where, session.inputs(), tokenizer, companions);
        BatchRunner runner = new BatchRunner(where, session, inputs, output, options.execution());
        return new Classifier(where, runner, inputs, tokenizer, labels);
    }

    /**
     * A label and how well it fits.
     *
     * @param label from {@code id2label}, else {@code LABEL_0}, {@code LABEL_1}, …
     * @param score a probability; of a regression, the number itself
     */
    public record Score(String label, double score) {}

    /**
     * Classifies texts.
     *
     * @return for each text all labels, the best first
     * @throws IncompatibleException if the model has another number of logits than {@code id2label} has labels
     */
    public List<List<Score>> classify(List<String> texts) {
        return scores(tokenizer.encode(texts.stream().map(inputs::prompted).toList()));
    }

    /** Classifies pairs of texts, such as a premise and a hypothesis, as {@link #classify}. */
    public List<List<Score>> classifyPairs(List<String> first, List<String> second) {
        return scores(tokenizer.encodePairs(first, second));
    }

    private List<List<Score>> scores(List<Encoding> texts) {
        List<List<Score>> scores = new ArrayList<>(Collections.nCopies(texts.size(), List.of()));
        runner.run(texts, (batch, logits) -> new Scored(batch.indices(), labels.scores(where, logits)))
                .forEach(batch -> {
                    for (int b = 0; b < batch.indices().size(); b++) {
                        scores.set(batch.indices().get(b), batch.scores().get(b));
                    }
                });
        return scores;
    }

    private record Scored(List<Integer> indices, List<List<Score>> scores) {}

    @Override
    public void close() {
        runner.close();
        tokenizer.close();
    }
}
