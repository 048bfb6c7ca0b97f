package io.sinter.inference;

import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Models whose logits are rows of a table: each token has its own, and a text's are their sum. */
final class LogitsGraphs {

    private LogitsGraphs() {}

    /** Writes {@code model.onnx}, whose logits at a token are its row of the table, and a tokenizer for it. */
    static void maskedModel(Path folder, Path tokenizer, TensorData table) {
        Graph graph = new Graph("masked");
        Ops ops = new Ops(graph, 17);
        Value logits = ops.gather(ops.constant("table", table), ids(graph), 0);
        write(folder, tokenizer, graph, logits);
    }

    /** The same of a classifier, whose logits are the sum of its tokens' rows. */
    static void classifier(Path folder, Path tokenizer, TensorData table) {
        Graph graph = new Graph("classifier");
        Ops ops = new Ops(graph, 17);
        Value ids = ids(graph);
        Value mask = graph.addInput("attention_mask", ids.type());
        Value rows = ops.gather(ops.constant("table", table), ids, 0);
        Value counted = ops.mul(rows, ops.unsqueeze(ops.cast(mask, DType.FLOAT), -1));
        write(folder, tokenizer, graph, ops.reduceSum(counted, List.of(1L), KeepDims.DROP));
    }

    private static Value ids(Graph graph) {
        return graph.addInput("input_ids", new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence"))));
    }

    private static void write(Path folder, Path tokenizer, Graph graph, Value logits) {
        graph.rename(logits, "logits");
        graph.addOutput(logits);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        OnnxWriter.write(model, folder.resolve("model.onnx"), WriteOptions.DEFAULT);
        try {
            Files.copy(tokenizer, folder.resolve("tokenizer.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
