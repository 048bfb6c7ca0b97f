package io.sinter.pooling;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;

/**
 * Builds a static embedding model: tokens are looked up, pooled and scaled in one small graph, with no encoder.
 *
 * <p>Inputs {@code input_ids} and {@code attention_mask}, int64 {@code [batch, sequence]}; outputs
 * {@code sentence_embedding}, float32 {@code [batch, d]}, and {@code token_embeddings}, float32
 * {@code [batch, sequence, d]}.
 */
public final class StaticEmbedding {

    /** Version of the file format that came with opset 17. */
    private static final long IR_VERSION = 8;

    /** Emits the vectors of tokens: the lookup in a table, or in several and what combines them. */
    @FunctionalInterface
    public interface TokenVectors {
        /**
         * Emits the nodes.
         *
         * @param ids int64 {@code [batch, sequence]}
         * @return floats {@code [batch, sequence, d]}
         */
        Value emit(Ops ops, Value ids);
    }

    private StaticEmbedding() {}

    /**
     * A model over one table.
     *
     * @param table floats {@code [V, d]}, which the model keeps in this type
     */
    public static Model of(TensorData table, Pooling pooling, Normalization normalization) {
        return of((ops, ids) -> lookup(ops, "embeddings.weight", table, ids), pooling, normalization);
    }

    /** A model over whatever vectors the function emits. */
    public static Model of(TokenVectors vectors, Pooling pooling, Normalization normalization) {
        Graph graph = new Graph("static-embedding");
        TensorType ints = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value ids = graph.addInput("input_ids", ints);
        Value mask = graph.addInput("attention_mask", ints);
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", Opsets.EMITTED);
        Ops ops = new Ops(graph, Opsets.EMITTED);
        Value tokens = PoolingGraph.asFloat(ops, vectors.emit(ops, ids));
        Value pooled = PoolingGraph.pool(ops.withPrefix("pooling/"), tokens, mask, pooling);
        Value sentence = PoolingGraph.normalize(ops.withPrefix("normalize/"), pooled, normalization);
        output(graph, "sentence_embedding", sentence);
        output(graph, "token_embeddings", tokens);
        return model;
    }

    /** Emits the lookup of tokens in a table, as float32. */
    public static Value lookup(Ops ops, String name, TensorData table, Value ids) {
        return PoolingGraph.asFloat(ops, ops.gather(ops.constant(name, table), ids, 0));
    }

    private static void output(Graph graph, String name, Value value) {
        graph.rename(value, name);
        graph.addOutput(value);
    }
}
