package io.sinter.finetune;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.export.ModelExport;
import io.sinter.finetune.Opening.Purpose;
import io.sinter.inference.TextFeed;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint: its graph is built, and trained tensors are written back under the checkpoint's names, in its layout and
 * type, and then as a graph again.
 */
public final class TrainableCheckpoint implements Trainable {

    private final CheckpointSource source;
    private final Opening opening;
    private final Model model;
    private final StoredWeights stored;
    private final TextFeed texts;
    private final @Nullable Value sentence;

    private TrainableCheckpoint(CheckpointSource source, Opening opening, Model model, TextFeed texts) {
        this.source = source;
        this.opening = opening;
        this.model = model;
        this.stored = StoredWeights.of(source, model.graph());
        this.texts = texts;
        this.sentence = opening.purpose() == Purpose.SENTENCES
                ? SentenceValue.in(model, where(), opening.pooling(), source.companions())
                : null;
    }

    /**
     * Opens a checkpoint.
     *
     * @throws io.sinter.error.SinterException if its family cannot be built, or it has no tokenizer
     */
    static TrainableCheckpoint open(CheckpointSource source, Opening opening) {
        Model model = graph(source, opening.purpose());
        String where = source.path().toString();
        TextFeed texts = TextFeed.open(
                where, SentenceValue.ports(model.graph().inputs()), source.companions(), opening.maxTokens());
        try {
            return new TrainableCheckpoint(source, opening, model, texts);
        } catch (RuntimeException e) {
            texts.close();
            throw e;
        }
    }

    private static Model graph(CheckpointSource source, Purpose purpose) {
        BuildOptions options = switch (purpose) {
            case TOKENS -> BuildOptions.PORTABLE;
            case SENTENCES -> BuildOptions.PORTABLE.withHead(Head.NONE);
        };
        return EncoderGraph.build(source.config(), new CheckpointWeights(source.checkpoint()), options)
                .model();
    }

    @Override
    public ModelSource source() {
        return source;
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public List<Value> parameters() {
        return stored.byName().keySet().stream()
                .map(name -> model.graph().value(name))
                .filter(Objects::nonNull)
                .filter(value -> value.constant() != null)
                .toList();
    }

    @Override
    public Value sentence() {
        if (sentence == null) {
            throw new IllegalStateException(where() + ": opened for tokens");
        }
        return sentence;
    }

    @Override
    public TextFeed texts() {
        return texts;
    }

    @Override
    public void write(Map<String, TensorData> trained, Consumer<Model> finish, Path directory) {
        CheckpointFiles.write(source.checkpoint(), stored, trained, directory);
        CheckpointSource written = (CheckpointSource) ModelSource.open(directory);
        Model served = graph(written, opening.purpose());
        if (opening.purpose() == Purpose.SENTENCES) {
            SentenceValue.in(served, where(), opening.pooling(), source.companions());
        }
        finish.accept(served);
        OnnxWriter.write(served, directory.resolve(ModelExport.GRAPH), WriteOptions.DEFAULT);
    }

    @Override
    public void close() {
        texts.close();
    }
}
