package io.sinter.probe;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A linear classifier of vectors: {@code logits = x W + b}.
 *
 * @param labels in the order of the logits, two or more; one is enough where a row has any number of labels
 * @param several whether a row has any number of labels, each with a probability of its own; else exactly one
 * @param weight W: float32 {@code [width, labels]}
 * @param bias b: float32 {@code [labels]}
 */
public record ClassifierHead(List<String> labels, ProbeOptions.Labels several, TensorData weight, TensorData bias) {

    /** The output of a classifier, float32 {@code [batch, labels]}. */
    public static final String OUTPUT = "logits";

    /** Checks that the parts fit together. */
    public ClassifierHead {
        labels = List.copyOf(labels);
        if (weight.rank() != 2 || weight.dim(1) != labels.size() || bias.elementCount() != labels.size()) {
            throw new IllegalArgumentException(
                    "%d labels, weight %s, bias %s".formatted(labels.size(), weight.describe(), bias.describe()));
        }
    }

    /**
     * Takes the standardization of the rows into weight and bias: {@code (x − μ)/s · W + b = x · W/s + (b − μ·W/s)}. Of
     * two labels with one logit z, the logits are −z/2 and z/2.
     */
    static ClassifierHead of(Targets targets, Standardization rows, double[] weights, ProbeOptions.Labels several) {
        int width = rows.mean().length;
        int columns = targets.columns();
        int labels = targets.labels().size();
        float[] weight = new float[width * labels];
        float[] bias = new float[labels];
        for (int label = 0; label < labels; label++) {
            int column = Math.min(label, columns - 1);
            double sign = columns == labels ? 1 : label - 0.5;
            double shift = weights[width * columns + column];
            for (int i = 0; i < width; i++) {
                double scaled = weights[i * columns + column] / rows.deviation();
                weight[i * labels + label] = (float) (sign * scaled);
                shift -= rows.mean()[i] * scaled;
            }
            bias[label] = (float) (sign * shift);
        }
        return new ClassifierHead(
                targets.labels(),
                several,
                TensorData.of(List.of((long) width, (long) labels), weight),
                TensorData.of(List.of((long) labels), bias));
    }

    /** The logits of float32 vectors {@code [B, width]}, as two nodes. */
    public Value emit(Ops ops, Value vectors) {
        Value products = ops.matMul(vectors, ops.constant("weight", weight));
        return ops.add(products, ops.constant("bias", bias));
    }

    /** Puts into a {@code config.json} what readers of the logits must know: labels, and what the logits are of. */
    public void configure(ObjectNode config) {
        ObjectNode names = config.putObject("id2label");
        ObjectNode ids = config.putObject("label2id");
        for (int i = 0; i < labels.size(); i++) {
            names.put(String.valueOf(i), labels.get(i));
            ids.put(labels.get(i), i);
        }
        config.put(
                "problem_type",
                switch (several) {
                    case ONE -> "single_label_classification";
                    case SEVERAL -> "multi_label_classification";
                });
    }

    /**
     * The likeliest label of each vector.
     *
     * @param vectors float32 {@code [n, width]}
     */
    public List<String> best(TensorData vectors) {
        List<String> best = new ArrayList<>();
        for (long row = 0; row < vectors.dim(0); row++) {
            double[] probabilities = probabilities(vectors.rows(row, row + 1).toFloatArray());
            int largest = 0;
            for (int i = 1; i < probabilities.length; i++) {
                largest = probabilities[i] > probabilities[largest] ? i : largest;
            }
            best.add(labels.get(largest));
        }
        return best;
    }

    /** Probabilities of the labels for one vector. */
    double[] probabilities(float[] vector) {
        float[] weights = weight.toFloatArray();
        float[] biases = bias.toFloatArray();
        double[] scores = new double[biases.length];
        for (int label = 0; label < scores.length; label++) {
            double logit = biases[label];
            for (int i = 0; i < vector.length; i++) {
                logit += (double) vector[i] * weights[i * scores.length + label];
            }
            scores[label] = logit;
        }
        double[] probabilities = new double[scores.length];
        switch (several) {
            case ONE -> Likelihood.SOFTMAX.loss(scores, new double[scores.length], 0, scores.length, probabilities);
            case SEVERAL -> Likelihood.SIGMOID.loss(scores, new double[scores.length], 0, scores.length, probabilities);
        }
        return probabilities;
    }
}
