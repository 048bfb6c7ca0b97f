package io.sinter.inference;

import io.sinter.inference.Classifier.Score;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.List;

/**
 * A classifier of pictures, which are prepared as the model's {@code preprocessor_config.json} says. May be used by
 * several threads.
 */
public final class PictureClassifier implements AutoCloseable {

    private final PictureRunner runner;
    private final String output;
    private final ClassLabels labels;

    private PictureClassifier(PictureRunner runner, String output, ClassLabels labels) {
        this.runner = runner;
        this.output = output;
        this.labels = labels;
    }

    /**
     * Opens a model.
     *
     * @throws io.sinter.error.MissingException if it has no {@code preprocessor_config.json}
     * @throws io.sinter.error.UnsupportedException if it has no graph, or one that does not make logits of pictures alone
     */
    public static PictureClassifier open(Runtime runtime, ModelSource source, LogitsOptions options) {
        PictureRunner runner = PictureRunner.open(runtime, source, options.execution());
        try {
            EncoderPorts.logits(runner.where(), runner.session().outputs(), options.output(), 2);
            ClassLabels labels = ClassLabels.of(source.companions().config().map(ModelConfig::json));
            return new PictureClassifier(runner, options.output(), labels);
        } catch (RuntimeException e) {
            runner.close();
            throw e;
        }
    }

    /**
     * Classifies pictures, several at a time.
     *
     * @param files PNG or JPEG
     * @return for each all labels, the best first
     * @throws io.sinter.error.IncompatibleException if pictures are prepared in another size than the model takes, or it
     *     has another number of logits than {@code id2label} has labels
     * @throws io.sinter.error.MissingException if a file is not there
     * @throws io.sinter.error.MalformedException if one is damaged
     * @throws io.sinter.error.UnsupportedException if one is neither PNG nor JPEG, or too large
     */
    public List<List<Score>> classify(List<Path> files) {
        return runner.run(
                files, output, logits -> labels.scores(runner.where(), logits).getFirst());
    }

    @Override
    public void close() {
        runner.close();
    }
}
