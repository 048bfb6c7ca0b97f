package io.sinter.inference;

import io.sinter.inference.Classifier.Score;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import java.util.List;

/** A classifier of texts and pictures together. May be used by several threads. */
public final class PairClassifier implements AutoCloseable {

    private final PairRunner runner;
    private final String output;
    private final ClassLabels labels;

    private PairClassifier(PairRunner runner, String output, ClassLabels labels) {
        this.runner = runner;
        this.output = output;
        this.labels = labels;
    }

    /**
     * Opens a model.
     *
     * @throws io.sinter.error.UnsupportedException if its graph does not read texts and pictures, either of which may be
     *     absent, or makes no logits
     */
    public static PairClassifier open(Runtime runtime, ModelSource source, LogitsOptions options) {
        PairRunner runner = PairRunner.open(runtime, source, options.maxTokens(), options.execution());
        try {
            EncoderPorts.logits(runner.where(), runner.session().outputs(), options.output(), 2);
            ClassLabels labels = ClassLabels.of(source.companions().config().map(ModelConfig::json));
            return new PairClassifier(runner, options.output(), labels);
        } catch (RuntimeException e) {
            runner.close();
            throw e;
        }
    }

    /** For each pair all labels, the best first. */
    public List<List<Score>> classify(List<TextAndPicture> pairs) {
        return runner.run(pairs, "", output).stream()
                .flatMap(logits -> labels.scores(runner.where(), logits).stream())
                .toList();
    }

    @Override
    public void close() {
        runner.close();
    }
}
