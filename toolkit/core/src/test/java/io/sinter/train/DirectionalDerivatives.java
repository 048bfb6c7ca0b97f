package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.onnx.autodiff.Gradient;
import io.sinter.onnx.autodiff.Gradients;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Holds the gradients of every parameter of a model to a central difference along each: (f(w + hg/|g|) − f(w − hg/|g|)) / 2h
 * is |g|; two such differences, of h and h/2, make one whose error is of the fourth order. The function is a random weighting of the model's first output.
 */
public final class DirectionalDerivatives {

    private static final long SEED = 7;

    private static final double STEP = 1e-2;

    private final Model model;
    private final Map<String, TensorData> inputs;
    private final Map<String, TensorData> parameters = new LinkedHashMap<>();
    private final Map<String, String> gradients = new LinkedHashMap<>();

    private DirectionalDerivatives(Model model, Map<String, TensorData> inputs) {
        this.model = model;
        this.inputs = inputs;
    }

    /** Checks them; returns how many parameters there were. */
    public static int check(Model model, Map<String, TensorData> inputs) {
        DirectionalDerivatives run = new DirectionalDerivatives(model, inputs);
        TensorData output = run.output();
        run.differentiate(output);
        run.compare();
        return run.gradients.size();
    }

    /** The first output, to know its shape. */
    private TensorData output() {
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            return session.run(inputs, session.outputs().getFirst().name());
        }
    }

    private void differentiate(TensorData output) {
        Graph graph = model.graph();
        ShapeInference.infer(model);
        Ops ops = new Ops(graph, model.opset()).withPrefix("test/");
        List<Value> wrt = new ArrayList<>();
        for (Value constant : graph.initializers()) {
            TensorData data = Objects.requireNonNull(constant.initializer());
            boolean isFrequency = constant.name().endsWith("inv_freq"); // of a sine: bends too much
            if (data.dtype() == DType.FLOAT && data.rank() > 0 && data.elementCount() > 1 && !isFrequency) {
                wrt.add(asInput(graph, constant, data));
            }
        }
        Value result = graph.outputs().getFirst();
        List.copyOf(graph.outputs()).forEach(graph::removeOutput);
        Value weighted = ops.mul(result, ops.constant("weights", weights(output)));
        Value loss = ops.reduceSum(ops.reshape(weighted, -1), List.of(0L), KeepDims.DROP);
        graph.rename(loss, "loss");
        graph.addOutput(loss);
        List<Gradient> found = Gradients.of(ops, loss, wrt);
        for (int i = 0; i < wrt.size(); i++) {
            if (found.get(i) instanceof Gradient.Computed(Value gradient)) {
                graph.addOutput(ops.identity(gradient));
                gradients.put(wrt.get(i).name(), graph.outputs().getLast().name());
            }
        }
    }

    private Value asInput(Graph graph, Value constant, TensorData data) {
        String name = constant.name();
        graph.rename(constant, graph.uniqueName("old/" + name));
        Value input = graph.addInput(name, constant.type());
        graph.replaceUses(constant, input);
        graph.removeValue(constant);
        TensorData copy = TensorData.allocate(data.dtype(), data.shape());
        copy.data().copyFrom(data.data());
        parameters.put(name, copy);
        return input;
    }

    /**
     * Of length 1 together, so that the loss is of order 1, and 0 for padding: where a query sees no key, what its scores
     * were is lost in the large number that hides them all, which a gradient does not know.
     */
    private TensorData weights(TensorData output) {
        TensorData weights = TensorData.allocate(DType.FLOAT, output.shape());
        TensorData mask = inputs.get("attention_mask");
        boolean perToken = mask != null
                && output.rank() == 3
                && output.shape().subList(0, 2).equals(mask.shape());
        long[] seen = perToken && mask != null ? mask.toLongArray() : new long[] {};
        Random random = new Random(SEED);
        long count = weights.elementCount();
        for (long i = 0; i < count; i++) {
            boolean padding = perToken && seen[(int) (i / output.dim(2))] == 0;
            double weight = random.nextGaussian() / Math.sqrt((double) count);
            weights.data().setAtIndex(TensorData.F32, i, padding ? 0 : (float) weight);
        }
        return weights;
    }

    private void compare() {
        // Rectified units bend within a step now and then; layers that share weights all bend at once.
        double bound = model.graph().nodes().stream().anyMatch(node -> node.is("Relu") || node.is("Max")) ? 2e-1 : 1e-2;
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            Map<String, TensorData> all = new LinkedHashMap<>(inputs);
            all.putAll(parameters);
            Map<String, TensorData> computed = session.run(all, gradients.values());
            gradients.forEach((name, output) -> {
                float[] gradient = Objects.requireNonNull(computed.get(output)).toFloatArray();
                double length = length(gradient);
                if (length > 0) {
                    double slope = slope(session, all, name, gradient, length);
                    assertThat(slope).as("%s (seed %d)", name, SEED).isCloseTo(length, within(bound * length + 2e-3));
                }
            });
        }
    }

    private double slope(Session session, Map<String, TensorData> all, String name, float[] gradient, double length) {
        TensorData parameter = Objects.requireNonNull(parameters.get(name));
        float[] at = parameter.toFloatArray();
        double wide = difference(session, all, parameter, at, gradient, STEP / length);
        double narrow = difference(session, all, parameter, at, gradient, STEP / (2 * length));
        parameter.data().copyFrom(TensorData.of(parameter.shape(), at).data());
        return (4 * 2 * narrow - wide) / 3 / (2 * STEP);
    }

    private static double difference(
            Session session,
            Map<String, TensorData> all,
            TensorData parameter,
            float[] at,
            float[] gradient,
            double step) {
        return loss(session, all, parameter, at, gradient, step) - loss(session, all, parameter, at, gradient, -step);
    }

    private static double loss(
            Session session,
            Map<String, TensorData> all,
            TensorData parameter,
            float[] at,
            float[] gradient,
            double step) {
        float[] moved = new float[at.length];
        for (int i = 0; i < at.length; i++) {
            moved[i] = (float) (at[i] + step * gradient[i]);
        }
        parameter.data().copyFrom(TensorData.of(parameter.shape(), moved).data());
        return session.run(all, "loss").toFloatArray()[0];
    }

    private static double length(float[] vector) {
        double square = 0;
        for (float element : vector) {
            square += (double) element * element;
        }
        return Math.sqrt(square);
    }
}
