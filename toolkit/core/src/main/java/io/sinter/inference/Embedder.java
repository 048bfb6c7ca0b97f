package io.sinter.inference;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.ModelSessions;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.pooling.Pooler;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.source.Companions;
import io.sinter.source.ModelSource;
import io.sinter.source.SentenceTransformers;
import io.sinter.source.TableRows;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A text encoder that is ready: tokenises, runs the graph in batches of like lengths, pools and normalises. May be used
 * by several threads.
 */
public final class Embedder implements SentenceEncoder, AutoCloseable {

    /** Texts that are tokenised and sorted together. */
    private static final int WINDOW = 8192;

    private final BatchRunner runner;
    private final TokenInputs inputs;
    private final Tokenizer tokenizer;
    private final EncoderPorts ports;
    private final EmbedderOptions options;

    private Embedder(
            BatchRunner runner, TokenInputs inputs, EncoderPorts ports, Tokenizer tokenizer, EmbedderOptions options) {
        this.runner = runner;
        this.inputs = inputs;
        this.ports = ports;
        this.tokenizer = tokenizer;
        this.options = options;
    }

    /**
     * Opens a model.
     *
     * @throws io.sinter.error.MissingException if it has no tokenizer, or how to pool is not known
     * @throws io.sinter.error.UnsupportedException if it is a bare table, or its graph is no text encoder's
     */
    public static Embedder open(Runtime runtime, ModelSource source, EmbedderOptions options) {
        Session session =
                ModelSessions.open(runtime, source, options.execution().session(), Tower.TEXT);
        try {
            Embedder embedder = of(source.path().toString(), session, source.companions(), options);
            TableRows.require(source, embedder.tokenizer.vocabulary());
            return embedder;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * An embedder over a session, which it closes when it is closed.
     *
     * @param where the model, for messages
     * @param companions the tokenizer, and what else is beside the model
     */
    public static Embedder of(String where, Session session, Companions companions, EmbedderOptions options) {
        Optional<Pooling> declared = companions.sentenceTransformers().flatMap(SentenceTransformers::pooling);
        EncoderPorts ports = EncoderPorts.of(where, session.outputs(), options.pooling(), declared);
        Tokenizer tokenizer =
                Tokenizer.open(companions.tokenizer(), TextSettings.maxTokens(companions, options.maxTokens()));
        TokenInputs inputs = TokenInputs.of(where, session.inputs(), tokenizer, companions);
        BatchRunner runner =
                new BatchRunner(where, session, inputs, ports.output().name(), options.execution());
        return new Embedder(runner, inputs, ports, tokenizer, options);
    }

    @Override
    public TensorData embed(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("no texts to embed");
        }
        TensorData result = null;
        for (int from = 0; from < texts.size(); from += WINDOW) {
            List<String> window = texts.subList(from, Math.min(texts.size(), from + WINDOW));
            for (Pooled pooled : run(window)) {
                if (result == null) {
                    result = TensorData.allocate(
                            DType.FLOAT,
                            List.of((long) texts.size(), pooled.vectors().dim(1)));
                }
                pooled.scatter(result, from);
            }
        }
        if (result == null) {
            throw new IllegalStateException("no batch ran");
        }
        return Pooler.normalize(result, options.normalization());
    }

    /** Width of a sentence vector, if the graph says. */
    public OptionalLong width() {
        Shape shape = ports.output().type().shape();
        return shape != null && shape.dim(-1) instanceof Dim.Known(long size)
                ? OptionalLong.of(size)
                : OptionalLong.empty();
    }

    /** Name of the output that vectors are made of. */
    public String output() {
        return ports.output().name();
    }

    /** What is done with token vectors; nothing if the graph pools by itself. */
    public Optional<Pooling> pooling() {
        return ports.pooling();
    }

    @Override
    public void close() {
        runner.close();
        tokenizer.close();
    }

    /** A batch's sentence vectors {@code [B, d]} and which texts they are of. */
    private record Pooled(List<Integer> indices, TensorData vectors) {
        void scatter(TensorData into, int offset) {
            long bytes = 4 * vectors.dim(1);
            for (int b = 0; b < indices.size(); b++) {
                long to = bytes * (offset + indices.get(b));
                MemorySegment.copy(vectors.data(), b * bytes, into.data(), to, bytes);
            }
        }
    }

    private List<Pooled> run(List<String> window) {
        List<Encoding> encodings = tokenizer.encode(
                window.stream().map(t -> inputs.prompted(options.prompt() + t)).toList());
        return runner.run(
                encodings,
                (batch, output) -> new Pooled(
                        batch.indices(),
                        ports.pooling()
                                .map(pooling -> Pooler.pool(output, batch.mask(), pooling))
                                .orElse(output)));
    }
}
