package io.sinter.inference;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.ImageInput;
import io.sinter.encoder.ModelSessions;
import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor;
import io.sinter.image.Picture;
import io.sinter.image.PictureFile;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.runtime.Port;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Runs a graph over pictures: each decoded, prepared and run by itself, several of them at a time. */
final class PictureRunner implements AutoCloseable {

    private final String where;
    private final Session session;
    private final Port input;
    private final Optional<ImageProcessor> processor;
    private final Requests requests;

    private PictureRunner(String where, Session session, Optional<ImageProcessor> processor, int requests) {
        this.where = where;
        this.session = session;
        this.input = session.inputs().getFirst();
        this.processor = processor;
        this.requests = new Requests("picture", requests);
    }

    /**
     * Opens a model, of one that reads texts, too, the part for pictures.
     *
     * @throws io.sinter.error.MissingException if it has no {@code preprocessor_config.json}
     * @throws UnsupportedException if it has no graph, or one that reads something other than pictures
     */
    static PictureRunner open(Runtime runtime, ModelSource source, Execution execution) {
        String where = source.path().toString();
        Session session = ModelSessions.open(runtime, source, execution.session(), Tower.IMAGE);
        try {
            List<String> inputs = session.inputs().stream().map(Port::name).toList();
            ImageInput input = (inputs.size() == 1 ? ImageInput.named(inputs.getFirst()) : Optional.<ImageInput>empty())
                    .orElseThrow(() -> new UnsupportedException(
                            "%s: the graph's inputs: got %s, expected pixel_values alone; is it a model of pictures?"
                                    .formatted(where, inputs)));
            Path folder = source.companions().folder();
            Optional<ImageProcessor> processor = switch (input) {
                case PIXEL_VALUES -> Optional.of(ImageProcessor.read(folder.resolve(ImageProcessor.FILE)));
                case IMAGE -> Optional.empty();
            };
            return new PictureRunner(where, session, processor, execution.requests());
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** The model, for messages. */
    String where() {
        return where;
    }

    /** What runs. */
    Session session() {
        return session;
    }

    /**
     * Runs every picture and gives the output, float32 with a first extent of 1, to a function, on the thread that ran it.
     *
     * @param files PNG or JPEG
     * @return what the function made of each picture, in their order
     * @throws IncompatibleException if pictures are prepared in another size than the model takes
     * @throws io.sinter.error.MissingException if a file is not there
     * @throws io.sinter.error.MalformedException if one is damaged
     * @throws UnsupportedException if one is neither PNG nor JPEG, or too large
     */
    <R> List<R> run(List<Path> files, String output, Function<TensorData, R> use) {
        return requests.each(files, file -> use.apply(run(file, output)));
    }

    private TensorData run(Path file, String output) {
        Picture picture = PictureFile.read(file);
        TensorData pixels = processor.map(p -> p.pixels(picture)).orElseGet(picture::tensor);
        requireSize(file, pixels);
        return BatchRunner.asFloat(where, output, session.run(Map.of(input.name(), pixels), output));
    }

    private void requireSize(Path file, TensorData pixels) {
        Shape taken = input.type().shape();
        for (int axis = 1; taken != null && axis < pixels.rank(); axis++) {
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
