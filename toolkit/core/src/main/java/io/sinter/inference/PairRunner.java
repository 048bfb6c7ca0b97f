package io.sinter.inference;

import io.sinter.encoder.ImageInput;
import io.sinter.encoder.ModelSessions;
import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor;
import io.sinter.image.Picture;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.runtime.Port;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.source.Companions;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Runs a graph that reads texts and pictures, either of which may be absent: {@code text_present} and
 * {@code image_present} BOOL {@code [batch]} say where there is one, and the other inputs hold those that there are.
 */
final class PairRunner implements AutoCloseable {

    private static final String TEXTS = "text_present";
    private static final String IMAGES = "image_present";
    private static final String PIXELS = ImageInput.PIXEL_VALUES.label();
    private static final Set<String> OTHERS = Set.of(TEXTS, IMAGES, PIXELS);

    /** Pictures are large, and texts and pictures of a batch wait for each other. */
    private static final int BATCH = 8;

    private final String where;
    private final Session session;
    private final Tokenizer tokenizer;
    private final TokenInputs texts;
    private final ImageProcessor processor;
    private final Requests requests;

    private PairRunner(String where, Session session, Companions companions, OptionalInt maxTokens, int requests) {
        this.where = where;
        this.session = session;
        this.tokenizer = Tokenizer.open(companions.tokenizer(), TextSettings.maxTokens(companions, maxTokens));
        List<Port> ports = session.inputs().stream()
                .filter(port -> !OTHERS.contains(port.name()))
                .toList();
        this.texts = TokenInputs.of(where, ports, tokenizer, companions);
        this.processor = ImageProcessor.read(companions.folder().resolve(ImageProcessor.FILE));
        this.requests = new Requests("pair", requests);
    }

    /** Whether a model's graph reads texts and pictures, either of which may be absent. */
    static boolean reads(ModelSource source) {
        return source instanceof GraphSource graph
                && Files.exists(source.companions().folder().resolve(ImageProcessor.FILE))
                && source.companions().findTokenizer().isPresent()
                && graph.readModel().graph().inputs().stream()
                        .anyMatch(input -> input.name().equals(IMAGES));
    }

    /**
     * Opens a model.
     *
     * @throws UnsupportedException if it is none that {@link #reads} says
     */
    static PairRunner open(Runtime runtime, ModelSource source, OptionalInt maxTokens, Execution execution) {
        String where = source.path().toString();
        Session session = ModelSessions.open(runtime, source, execution.session());
        try {
            List<String> inputs = session.inputs().stream().map(Port::name).toList();
            if (!inputs.containsAll(OTHERS)) {
                throw new UnsupportedException(
                        "%s: the graph's inputs: got %s, expected %s and those of texts; is it a merge of encoders of texts and of pictures?"
                                .formatted(where, inputs, OTHERS));
            }
            return new PairRunner(where, session, source.companions(), maxTokens, execution.requests());
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
     * Runs all pairs.
     *
     * @param prompt before each text
     * @return the output of each batch, float32, in order
     */
    List<TensorData> run(List<TextAndPicture> pairs, String prompt, String output) {
        List<List<TextAndPicture>> batches = IntStream.range(0, Math.ceilDiv(pairs.size(), BATCH))
                .mapToObj(i -> pairs.subList(i * BATCH, Math.min(pairs.size(), (i + 1) * BATCH)))
                .toList();
        return requests.each(
                batches, batch -> BatchRunner.asFloat(where, output, session.run(inputs(batch, prompt), output)));
    }

    private Map<String, TensorData> inputs(List<TextAndPicture> pairs, String prompt) {
        List<String> given = pairs.stream()
                .map(TextAndPicture::text)
                .filter(Objects::nonNull)
                .map(text -> texts.prompted(prompt + text))
                .toList();
        List<Encoding> encoded = given.isEmpty() ? List.of() : tokenizer.encode(given);
        Map<String, TensorData> inputs = new HashMap<>(texts.of(texts.together(encoded)));
        inputs.put(PIXELS, pixels(pairs));
        inputs.put(TEXTS, marks(pairs.stream().map(pair -> pair.text() != null).toList()));
        inputs.put(
                IMAGES, marks(pairs.stream().map(pair -> pair.picture() != null).toList()));
        return inputs;
    }

    private TensorData pixels(List<TextAndPicture> pairs) {
        List<TensorData> pictures = new ArrayList<>();
        for (TextAndPicture pair : pairs) {
            Supplier<Picture> picture = pair.picture();
            if (picture != null) {
                TensorData pixels = processor.pixels(picture.get());
                requireSize(pixels);
                pictures.add(pixels);
            }
        }
        List<Long> shape = new ArrayList<>(size());
        shape.addFirst((long) pictures.size());
        TensorData all = TensorData.allocate(DType.FLOAT, shape);
        long at = 0;
        for (TensorData picture : pictures) {
            MemorySegment.copy(picture.data(), 0, all.data(), at, picture.data().byteSize());
            at += picture.data().byteSize();
        }
        return all;
    }

    /** Channels, height and width that the graph takes. */
    private List<Long> size() {
        Shape shape = session.inputs().stream()
                .filter(port -> port.name().equals(PIXELS))
                .findFirst()
                .map(port -> port.type().shape())
                .orElseThrow();
        List<Long> size = new ArrayList<>();
        for (int axis = 1; axis < shape.rank(); axis++) {
            if (!(shape.dim(axis) instanceof Dim.Known(long extent))) {
                throw new UnsupportedException(
                        "%s: %s is %s, expected pictures of one size".formatted(where, PIXELS, shape));
            }
            size.add(extent);
        }
        return size;
    }

    private void requireSize(TensorData pixels) {
        if (!pixels.shape().subList(1, pixels.rank()).equals(size())) {
            throw new IncompatibleException(
                    "%s: %s makes %s of a picture, but the model takes [images, channels, height, width] of %s; change its sizes"
                            .formatted(where, ImageProcessor.FILE, pixels.shape(), size()));
        }
    }

    private static TensorData marks(List<Boolean> present) {
        TensorData marks = TensorData.allocate(DType.BOOL, List.of((long) present.size()));
        for (int i = 0; i < present.size(); i++) {
            marks.data().set(ValueLayout.JAVA_BYTE, i, (byte) (present.get(i) ? 1 : 0));
        }
        return marks;
    }

    @Override
    public void close() {
        requests.close();
        session.close();
        texts.close();
        tokenizer.close();
    }
}
