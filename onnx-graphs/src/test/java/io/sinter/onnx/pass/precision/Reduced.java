package io.sinter.onnx.pass.precision;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.GoldenExports;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.Ort;
import io.sinter.onnx.pass.PassResult;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A file of an exporter and what a pass made of it, with the outputs of both in ONNX Runtime.
 *
 * @param full the file, prepared
 * @param model the same after the pass
 * @param result what the pass says
 */
record Reduced(Model full, Model model, PassResult result) {

    /** Runs the pass between the verifier's looks. */
    static Reduced of(String family, String variant, GraphPass pass) {
        Model full = OnnxReader.read(GoldenExports.file(family, variant));
        Model model = OnnxReader.read(GoldenExports.file(family, variant));
        Pipeline.PREPARE.run(full);
        Pipeline.PREPARE.run(model);
        List<GraphPass> passes = new ArrayList<>(List.of(pass));
        passes.addAll(Pipeline.CLEAN.passes());
        PassResult result = new Pipeline("test", passes).run(model).get(pass.name());
        return new Reduced(full, model, Objects.requireNonNull(result));
    }

    /** What another tool made of the same model, beside the full one. */
    static Reduced ofOtherTool(String family, String variant) {
        Model full = OnnxReader.read(GoldenExports.file(family, "model"));
        return new Reduced(full, OnnxReader.read(GoldenExports.file(family, variant)), PassResult.of(List.of()));
    }

    long weightBytes() {
        return bytes(model);
    }

    long fullWeightBytes() {
        return bytes(full);
    }

    /** Over all outputs. */
    double largestDifference() {
        Map<String, TensorData> actual = Ort.run(model, GoldenExports.inputs(model));
        double largest = 0;
        for (Map.Entry<String, TensorData> expected :
                Ort.run(full, GoldenExports.inputs(full)).entrySet()) {
            float[] a = floats(actual, expected.getKey()).toFloatArray();
            float[] b = expected.getValue().toFloatArray();
            for (int i = 0; i < b.length; i++) {
                double difference = Math.abs((double) a[i] - b[i]);
                largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
            }
        }
        return largest;
    }

    /** Over the vectors of all outputs. */
    double leastCosine() {
        Map<String, TensorData> actual = Ort.run(model, GoldenExports.inputs(model));
        double least = 1;
        for (Map.Entry<String, TensorData> expected :
                Ort.run(full, GoldenExports.inputs(full)).entrySet()) {
            double[] cosines = Rows.cosine(vectors(floats(actual, expected.getKey())), vectors(expected.getValue()));
            least = Math.min(least, Arrays.stream(cosines).min().orElse(0));
        }
        return least;
    }

    private static TensorData floats(Map<String, TensorData> outputs, String name) {
        return Conversion.convert(Objects.requireNonNull(outputs.get(name)), DType.FLOAT);
    }

    private static TensorData vectors(TensorData data) {
        long width = data.dim(-1);
        return data.reshape(List.of(data.elementCount() / width, width));
    }

    private static long bytes(Model model) {
        return model.graph().initializers().stream()
                .map(Value::initializer)
                .filter(Objects::nonNull)
                .mapToLong(d -> d.data().byteSize())
                .sum();
    }
}
