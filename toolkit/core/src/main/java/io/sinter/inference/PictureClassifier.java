package io.sinter.inference;

import io.sinter.encoder.ModelSessions;
import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor;
import io.sinter.image.PictureFile;
import io.sinter.inference.Classifier.Score;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.runtime.Port;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.source.Companions;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A classifier of pictures, which are prepared as the model's {@code preprocessor_config.json} says. May be used by
 * several threads.
 */
public final class PictureClassifier implements AutoCloseable {

    private static final String INPUT = "pixel_values";

    private final String where;
    private final Session session;
    private final LogitsOptions options;
    private final ImageProcessor processor;
    private final ClassLabels labels;
    private final ExecutorService requests;

    private PictureClassifier(String where, Session session, Companions companions, LogitsOptions options) {
        this.where = where;
        this.session = session;
        this.options = options;
        this.processor = ImageProcessor.read(companions.folder().resolve(ImageProcessor.FILE));
        this.labels = ClassLabels.of(companions.config().map(ModelConfig::json));
        this.requests = Executors.newFixedThreadPool(
                options.execution().requests(),
                Thread.ofPlatform().daemon().name("picture-", 0).factory());
    }

    /**
     * Opens a model.
     *
     * @throws io.sinter.error.MissingException if it has no {@code preprocessor_config.json}
     * @throws UnsupportedException if it has no graph, or one that does not make logits of pictures alone
     */
    public static PictureClassifier open(Runtime runtime, ModelSource source, LogitsOptions options) {
        String where = source.path().toString();
        Session session =
                ModelSessions.open(runtime, source, options.execution().session());
        try {
            EncoderPorts.logits(where, session, options.output(), 2);
            List<String> inputs = session.inputs().stream().map(Port::name).toList();
            if (!inputs.equals(List.of(INPUT))) {
                throw new UnsupportedException(
                        "%s: the graph's inputs: got %s, expected %s alone".formatted(where, inputs, INPUT));
            }
            return new PictureClassifier(where, session, source.companions(), options);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * Classifies pictures, several at a time.
     *
     * @param files PNG or JPEG
     * @return for each all labels, the best first
     * @throws IncompatibleException if pictures are prepared in another size than the model takes, or it has another
     *     number of logits than {@code id2label} has labels
     * @throws io.sinter.error.MissingException if a file is not there
     * @throws io.sinter.error.MalformedException if one is damaged
     * @throws UnsupportedException if one is neither PNG nor JPEG, or too large
     */
    public List<List<Score>> classify(List<Path> files) {
        List<Future<List<Score>>> running = new ArrayList<>();
        for (Path file : files) {
            running.add(requests.submit(() -> classify(file)));
        }
        try {
            return running.stream().map(BatchRunner::await).toList();
        } finally {
            running.forEach(future -> future.cancel(false));
        }
    }

    private List<Score> classify(Path file) {
        TensorData pixels = processor.pixels(PictureFile.read(file));
        requireSize(file, pixels);
        TensorData logits = session.run(Map.of(INPUT, pixels), options.output());
        return labels.scores(where, BatchRunner.asFloat(where, options.output(), logits))
                .getFirst();
    }

    private void requireSize(Path file, TensorData pixels) {
        Shape taken = Objects.requireNonNull(session.inputs().getFirst().type().shape());
        for (int axis = 1; axis < pixels.rank(); axis++) {
            if (taken.dim(axis) instanceof Dim.Known(long size) && size != pixels.dim(axis)) {
                throw new IncompatibleException(
                        "%s: %s makes %s of it, but the model takes %s [batch, channels, height, width]; change its sizes"
                                .formatted(file, ImageProcessor.FILE, pixels.shape(), taken));
            }
        }
    }

    @Override
    public void close() {
        requests.close();
        session.close();
    }
}
