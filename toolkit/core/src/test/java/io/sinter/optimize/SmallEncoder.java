package io.sinter.optimize;

import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A text encoder of a few matrices: tanh(E[ids] W₀) W₁, without a tokenizer. */
final class SmallEncoder {

    static final long ROWS = 100;
    static final long WIDTH = 64;
    static final long SEED = 20_261_123;

    private SmallEncoder() {}

    /** Its graph. */
    static Model model() {
        Graph graph = new Graph("encoder");
        Ops ops = new Ops(graph, 17);
        TensorType ids = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value input = graph.addInput("input_ids", ids);
        graph.addInput("attention_mask", ids);
        Random random = new Random(SEED);
        Value table = ops.constant("words", random(random, ROWS));
        Value hidden = ops.tanh(
                ops.matMul(ops.gather(table, input, 0), ops.constant("layer.0.weight", random(random, WIDTH))));
        Value output = ops.matMul(hidden, ops.constant("layer.1.weight", random(random, WIDTH)));
        graph.rename(output, "last_hidden_state");
        graph.addOutput(output);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return model;
    }

    /** Its directory. */
    static GraphSource write(Path folder) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("encoder"));
        OnnxWriter.write(model(), directory.resolve("model.onnx"), WriteOptions.DEFAULT);
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"bert\", \"hidden_size\": 64}");
        return (GraphSource) ModelSource.open(directory);
    }

    private static TensorData random(Random random, long rows) {
        float[] values = new float[Math.toIntExact(rows * WIDTH)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(List.of(rows, WIDTH), values);
    }
}
