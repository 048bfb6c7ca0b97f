package io.sinter.inference;

import io.sinter.encoder.SentenceHead;
import io.sinter.pooling.Pooler;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An encoder of texts and pictures together, such as a merge of encoders of either makes. May be used by several threads.
 */
public final class PairEmbedder implements AutoCloseable {

    private final PairRunner runner;
    private final EmbedderOptions options;

    private PairEmbedder(PairRunner runner, EmbedderOptions options) {
        this.runner = runner;
        this.options = options;
    }

    /** Whether a model is one: its graph has an input {@code image_present}. */
    public static boolean reads(ModelSource source) {
        return PairRunner.reads(source);
    }

    /**
     * Opens a model.
     *
     * @param options of which the pooling is not looked at, as the graph pools
     * @throws io.sinter.error.UnsupportedException if its graph does not read texts and pictures, either of which may be absent
     */
    public static PairEmbedder open(Runtime runtime, ModelSource source, EmbedderOptions options) {
        return new PairEmbedder(PairRunner.open(runtime, source, options.maxTokens(), options.execution()), options);
    }

    /**
     * Encodes pairs.
     *
     * @param pairs at least one; of nothing at all the vector is zero
     * @return float32 {@code [n, d]}, a row for each pair in order
     */
    public TensorData embed(List<TextAndPicture> pairs) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("no pairs to embed");
        }
        List<TensorData> batches = runner.run(pairs, options.prompt(), SentenceHead.OUTPUT);
        TensorData all = TensorData.allocate(
                DType.FLOAT, List.of((long) pairs.size(), batches.getFirst().dim(1)));
        long at = 0;
        for (TensorData batch : batches) {
            MemorySegment.copy(batch.data(), 0, all.data(), at, batch.data().byteSize());
            at += batch.data().byteSize();
        }
        return Pooler.normalize(all, options.normalization());
    }

    @Override
    public void close() {
        runner.close();
    }
}
