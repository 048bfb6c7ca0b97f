package io.sinter.inference;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.pooling.Pooler;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * An image encoder that is ready: decodes pictures, prepares them as the model's {@code preprocessor_config.json} says,
 * runs the graph, pools and normalises. Of a model with a tower for texts, the other tower runs. May be used by several
 * threads.
 */
public final class PictureEmbedder implements AutoCloseable {

    private final PictureRunner runner;
    private final PicturePorts ports;
    private final EmbedderOptions options;

    private PictureEmbedder(PictureRunner runner, PicturePorts ports, EmbedderOptions options) {
        this.runner = runner;
        this.ports = ports;
        this.options = options;
    }

    /**
     * Opens a model.
     *
     * @param options of which what is about texts is not looked at
     * @throws io.sinter.error.MissingException if it has no {@code preprocessor_config.json}, or how a picture gets one
     *     vector is not known
     * @throws io.sinter.error.UnsupportedException if it has no graph, or one that reads something other than pictures
     */
    public static PictureEmbedder open(Runtime runtime, ModelSource source, EmbedderOptions options) {
        PictureRunner runner = PictureRunner.open(runtime, source, options.execution());
        try {
            return new PictureEmbedder(
                    runner, PicturePorts.of(runner.where(), runner.session(), options.pooling()), options);
        } catch (RuntimeException e) {
            runner.close();
            throw e;
        }
    }

    /**
     * Encodes pictures, several at a time.
     *
     * @param files PNG or JPEG, at least one
     * @return float32 {@code [n, d]}, a row for each picture in order
     * @throws io.sinter.error.SinterException if one is missing, damaged, too large or of another format, or pictures are
     *     prepared in another size than the model takes
     */
    public TensorData embed(List<Path> files) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no pictures to embed");
        }
        List<TensorData> vectors = runner.run(files, ports.output().name(), this::pooled);
        long width = vectors.getFirst().dim(1);
        TensorData all = TensorData.allocate(DType.FLOAT, List.of((long) vectors.size(), width));
        for (int i = 0; i < vectors.size(); i++) {
            MemorySegment.copy(vectors.get(i).data(), 0, all.data(), i * width * Float.BYTES, width * Float.BYTES);
        }
        return Pooler.normalize(all, options.normalization());
    }

    /** Width of a picture's vector, if the graph says. */
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

    /** All tokens of a picture count. */
    private TensorData pooled(TensorData output) {
        return ports.pooling()
                .map(pooling -> {
                    long[] ones =
                            LongStream.generate(() -> 1).limit(output.dim(1)).toArray();
                    return Pooler.pool(output, TensorData.of(List.of(1L, output.dim(1)), ones), pooling);
                })
                .orElse(output);
    }

    @Override
    public void close() {
        runner.close();
    }
}
