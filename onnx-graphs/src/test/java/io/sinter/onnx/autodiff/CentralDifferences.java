package io.sinter.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** Compares the gradients of a case with (f(x + h) − f(x − h)) / 2h, f being a random weighting of its results. */
final class CentralDifferences {

    private static final long SEED = 20261123;

    /** How much the types of the inputs say. */
    enum Knowledge {
        /** All extents. */
        EXTENTS,
        /** The rank only. */
        RANK
    }

    private final GradientCase test;
    private final long opset;
    private final List<double[]> points = new ArrayList<>();
    private final Random random = new Random(SEED);

    private CentralDifferences(GradientCase test, long opset) {
        this.test = test;
        this.opset = opset;
        for (GradientCase.Input input : test.inputs()) {
            points.add(random.doubles(TensorData.elementCount(input.shape()), input.low(), input.high())
                    .toArray());
        }
    }

    static void check(GradientCase test, long opset, Knowledge knowledge) throws OrtException {
        new CentralDifferences(test, opset).check(knowledge);
    }

    private void check(Knowledge knowledge) throws OrtException {
        Model model = model(knowledge);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            try (OrtSession session =
                    OrtEnvironment.getEnvironment().createSession(OnnxWriter.toBytes(model), options)) {
                for (int i = 0; i < points.size(); i++) {
                    compare(session, i);
                }
            }
        }
    }

    private void compare(OrtSession session, int input) throws OrtException {
        boolean isDouble = test.dtype() == DType.DOUBLE;
        double step = isDouble ? 1e-5 : 2e-2;
        double[] computed = run(session, "gradient" + input);
        double[] point = points.get(input);
        assertThat(computed).hasSameSizeAs(point);
        double scale = Math.max(1, Arrays.stream(computed).map(Math::abs).max().orElse(0));
        for (int k = 0; k < point.length; k++) {
            double at = point[k];
            point[k] = at + step;
            double above = run(session, "loss")[0];
            point[k] = at - step;
            double below = run(session, "loss")[0];
            point[k] = at;
            assertThat(computed[k] / scale)
                    .as("%s: gradient of input %d, element %d (seed %d)", test, input, k, SEED)
                    .isCloseTo((above - below) / (2 * step) / scale, offset(isDouble ? 1e-7 : 2e-3));
        }
    }

    private Model model(Knowledge knowledge) {
        Graph graph = new Graph("case");
        Ops ops = new Ops(graph, opset);
        List<Value> inputs = inputs(graph, knowledge);
        Value result = test.body().emit(ops, inputs);
        Value weighted = ops.mul(result, ops.constant("weights", weights()));
        Value loss = scalar(ops, weighted);
        List<Gradient> gradients = Gradients.of(ops, loss, inputs);
        output(ops, "loss", loss);
        for (int i = 0; i < inputs.size(); i++) {
            output(ops, "gradient" + i, gradients.get(i).asValue(ops, inputs.get(i)));
        }
        Model model = new Model(graph, 8);
        model.setOpset("", opset);
        return model;
    }

    private static Value scalar(Ops ops, Value x) {
        return ops.reduceSum(ops.reshape(x, -1), List.of(0L), KeepDims.DROP);
    }

    private static void output(Ops ops, String name, Value value) {
        Value named = ops.identity(value);
        ops.graph().rename(named, name);
        ops.graph().addOutput(named);
    }

    /** Weights of the results, of the shape that they have where all extents are known. */
    private TensorData weights() {
        Graph graph = new Graph("shapes");
        Value result = test.body().emit(new Ops(graph, opset), inputs(graph, Knowledge.EXTENTS));
        List<Long> shape = Objects.requireNonNull(Extents.shape(result)).known().orElseThrow();
        TensorData data = TensorData.allocate(DType.DOUBLE, shape);
        Random weights = new Random(SEED + 1);
        for (long i = 0; i < data.elementCount(); i++) {
            data.data().setAtIndex(TensorData.F64, i, weights.nextDouble(-1, 1));
        }
        return Conversion.convert(data, test.dtype());
    }

    private List<Value> inputs(Graph graph, Knowledge knowledge) {
        List<Value> inputs = new ArrayList<>();
        for (GradientCase.Input input : test.inputs()) {
            Shape shape = switch (knowledge) {
                case EXTENTS -> Shape.of(input.shape());
                case RANK -> new Shape(Collections.nCopies(input.shape().size(), Dim.unknown()));
            };
            inputs.add(graph.addInput("x" + inputs.size(), new TensorType(test.dtype(), shape)));
        }
        return inputs;
    }

    private double[] run(OrtSession session, String output) throws OrtException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try {
            for (int i = 0; i < points.size(); i++) {
                feeds.put("x" + i, tensor(i));
            }
            try (OrtSession.Result result = session.run(feeds, Set.of(output))) {
                return elements((OnnxTensor) result.get(0));
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(int input) throws OrtException {
        long[] shape = test.inputs().get(input).shape().stream()
                .mapToLong(Long::longValue)
                .toArray();
        double[] point = points.get(input);
        if (test.dtype() == DType.DOUBLE) {
            return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), DoubleBuffer.wrap(point), shape);
        }
        float[] floats = new float[point.length];
        for (int i = 0; i < point.length; i++) {
            floats[i] = (float) point[i];
        }
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(floats), shape);
    }

    private double[] elements(OnnxTensor tensor) {
        if (test.dtype() == DType.DOUBLE) {
            DoubleBuffer buffer = tensor.getDoubleBuffer();
            double[] elements = new double[buffer.remaining()];
            buffer.get(elements);
            return elements;
        }
        FloatBuffer buffer = tensor.getFloatBuffer();
        double[] elements = new double[buffer.remaining()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = buffer.get(i);
        }
        return elements;
    }
}
