package io.sinter.inference;

import io.sinter.encoder.ModelSessions;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.pooling.Pooler;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.source.Companions;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.source.SentenceTransformers;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A text encoder that is ready: tokenises, runs the graph in batches of like lengths, pools and normalises. May be used
 * by several threads.
 */
public final class Embedder implements SentenceEncoder, AutoCloseable {

    /** Texts that are tokenised and sorted together. */
    private static final int WINDOW = 8192;

    private static final int DEFAULT_TOKENS = 512;

    private final String where;
    private final Session session;
    private final Tokenizer tokenizer;
    private final EncoderPorts ports;
    private final EmbedderOptions options;
    private final long padId;
    private final ExecutorService requests;

    private Embedder(String where, Session session, EncoderPorts ports, Tokenizer tokenizer, Settings settings) {
        this.where = where;
        this.session = session;
        this.ports = ports;
        this.tokenizer = tokenizer;
        this.options = settings.options();
        this.padId = settings.padId();
        this.requests = Executors.newFixedThreadPool(
                options.execution().requests(),
                Thread.ofPlatform().daemon().name("embed-", 0).factory());
    }

    private record Settings(EmbedderOptions options, long padId) {}

    /**
     * Opens a model.
     *
     * @throws io.sinter.error.MissingException if it has no tokenizer, or how to pool is not known
     * @throws UnsupportedException if it is a bare table, or its graph is no text encoder's
     */
    public static Embedder open(Runtime runtime, ModelSource source, EmbedderOptions options) {
        Session session =
                ModelSessions.open(runtime, source, options.execution().session());
        try {
            return of(source.path().toString(), session, source.companions(), options);
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
        EncoderPorts ports = EncoderPorts.of(where, session, options.pooling(), declared);
        Tokenizer tokenizer = Tokenizer.open(companions.tokenizer(), maxTokens(companions, options));
        return new Embedder(where, session, ports, tokenizer, new Settings(options, padId(tokenizer, companions)));
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

    /** What is done with token vectors; nothing if the graph pools by itself. */
    public Optional<Pooling> pooling() {
        return ports.pooling();
    }

    @Override
    public void close() {
        requests.close();
        session.close();
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
        List<Encoding> encodings =
                tokenizer.encode(window.stream().map(t -> options.prompt() + t).toList());
        List<Future<Pooled>> running = new ArrayList<>();
        for (TokenBatch batch : TokenBatch.cut(encodings, options.execution().batchTokens(), padId)) {
            running.add(requests.submit(() -> run(batch)));
        }
        List<Pooled> results = new ArrayList<>();
        for (Future<Pooled> future : running) {
            results.add(await(future));
        }
        return results;
    }

    private Pooled run(TokenBatch batch) {
        String name = ports.output().name();
        TensorData output =
                session.run(batch.inputs(ports.inputs()), List.of(name)).get(name);
        if (output == null) {
            throw new IllegalStateException(where + ": the runtime gave no " + name);
        }
        TensorData floats = floats(output);
        TensorData vectors = ports.pooling()
                .map(pooling -> Pooler.pool(floats, batch.mask(), pooling))
                .orElse(floats);
        return new Pooled(batch.indices(), vectors);
    }

    private TensorData floats(TensorData output) {
        return switch (output.dtype()) {
            case FLOAT -> output;
            case FLOAT16 -> Conversion.convert(output, DType.FLOAT);
            default ->
                throw new UnsupportedException("%s: output \"%s\" is %s, expected FLOAT or FLOAT16"
                        .formatted(where, ports.output().name(), output.describe()));
        };
    }

    private static Pooled await(Future<Pooled> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while embedding", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static int maxTokens(Companions companions, EmbedderOptions options) {
        if (options.maxTokens().isPresent()) {
            return options.maxTokens().getAsInt();
        }
        OptionalInt declared = companions
                .sentenceTransformers()
                .map(SentenceTransformers::maxTokens)
                .orElse(OptionalInt.empty());
        return declared.orElse(DEFAULT_TOKENS);
    }

    private static long padId(Tokenizer tokenizer, Companions companions) {
        OptionalInt special = tokenizer.vocabulary().special(SpecialToken.PAD);
        if (special.isPresent()) {
            return special.getAsInt();
        }
        return companions
                .config()
                .map(ModelConfig::padTokenId)
                .orElse(OptionalLong.empty())
                .orElse(0);
    }
}
