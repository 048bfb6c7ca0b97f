package io.sinter.finetune;

import io.sinter.export.ModelExport;
import io.sinter.finetune.Opening.Purpose;
import io.sinter.inference.TextFeed;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model that is a graph alone, whoever exported it: fused operators are written out and 16-bit floats widened for
 * training; in the graph that is written nothing but the weights differs from the one that was read.
 */
public final class TrainableGraph implements Trainable {

    private final GraphSource source;
    private final Opening opening;
    private final GraphForTraining graph;
    private final TextFeed texts;
    private final @Nullable Value sentence;

    private TrainableGraph(GraphSource source, Opening opening, GraphForTraining graph, TextFeed texts) {
        this.source = source;
        this.opening = opening;
        this.graph = graph;
        this.texts = texts;
        this.sentence = opening.purpose() == Purpose.SENTENCES
                ? SentenceValue.in(graph.model(), where(), opening.pooling(), source.companions())
                : null;
    }

    /**
     * Opens a graph.
     *
     * @throws io.sinter.error.UnsupportedException if it is quantised, has operators that cannot be written out, or is no
     *     text encoder's
     * @throws io.sinter.error.MissingException if there is no tokenizer
     */
    static TrainableGraph open(GraphSource source, Opening opening) {
        String where = source.graph().toString();
        GraphForTraining graph = GraphForTraining.of(source.readModel(), where);
        TextFeed texts = TextFeed.open(
                where, SentenceValue.ports(graph.model().graph().inputs()), source.companions(), opening.maxTokens());
        try {
            return new TrainableGraph(source, opening, graph, texts);
        } catch (RuntimeException e) {
            texts.close();
            throw e;
        }
    }

    @Override
    public ModelSource source() {
        return source;
    }

    @Override
    public Model model() {
        return graph.model();
    }

    @Override
    public List<Value> parameters() {
        return graph.parameters();
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
        Model served = source.readModel();
        graph.putInto(served, trained);
        boolean pools = opening.purpose() == Purpose.SENTENCES && !SentenceValue.isOutputOf(served, opening.pooling());
        if (pools) {
            Pipeline.PREPARE.run(served);
            SentenceValue.in(served, where(), opening.pooling(), source.companions());
        }
        finish.accept(served);
        OnnxWriter.write(served, directory.resolve(ModelExport.GRAPH), placement());
    }

    private WriteOptions placement() {
        boolean external = Files.exists(
                        source.graph().resolveSibling(source.graph().getFileName() + ".data"))
                || Files.exists(source.graph().resolveSibling(source.graph().getFileName() + "_data"));
        return external ? WriteOptions.DEFAULT.withPlacement(WriteOptions.Placement.EXTERNAL) : WriteOptions.DEFAULT;
    }

    @Override
    public void close() {
        texts.close();
    }
}
