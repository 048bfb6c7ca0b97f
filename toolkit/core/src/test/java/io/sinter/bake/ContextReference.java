package io.sinter.bake;

import io.sinter.combine.Activation;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Context combiners over one text, in plain Java and double, from the formulas of their papers: what the graphs are held to.
 *
 * @param parameters by name
 * @param activation of the scores
 */
record ContextReference(Map<String, TensorData> parameters, Activation activation) {

    /** How scores come about: from one source's projections {@code [S][d]} to a score a token. */
    interface Scores {
        double[] of(double[][] projected);
    }

    /** The result {@code [S][d]} for sources {@code [N][S][dᵢ]}. */
    double[][] combine(List<double[][]> sources, Scores scores) {
        int n = sources.size();
        double[][][] projected = new double[n][][];
        double[][] score = new double[n][];
        for (int i = 0; i < n; i++) {
            projected[i] = linear(sources.get(i), "projectors." + i + ".");
            score[i] = scores.of(projected[i]);
        }
        int tokens = sources.getFirst().length;
        double[][] result = new double[tokens][projected[0][0].length];
        for (int s = 0; s < tokens; s++) {
            double[] weights = weights(score, s);
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < result[s].length; k++) {
                    result[s][k] += weights[i] * projected[i][s][k];
                }
            }
        }
        return result;
    }

    /** The score layer of both directions' LSTM states. */
    double[] lstmScores(double[][] x) {
        double[][] forward = lstm(x, "_l0", 1);
        double[][] backward = lstm(x, "_l0_reverse", -1);
        double[][] states = new double[x.length][];
        for (int s = 0; s < x.length; s++) {
            int h = forward[s].length;
            states[s] = new double[2 * h];
            System.arraycopy(forward[s], 0, states[s], 0, h);
            System.arraycopy(backward[s], 0, states[s], h, h);
        }
        return column(linear(states, "attn_1."));
    }

    /** The score layer of what a token's attention over the text gives. */
    double[] attentionScores(double[][] x) {
        double[][] query = linear(x, "attn_0.query.");
        double[][] key = linear(x, "attn_0.key.");
        double[][] value = linear(x, "attn_0.value.");
        double[][] attended = new double[x.length][query[0].length];
        for (int s = 0; s < x.length; s++) {
            double[] weights = new double[x.length];
            double total = 0;
            for (int t = 0; t < x.length; t++) {
                weights[t] = Math.exp(dot(query[s], key[t]) / Math.sqrt(query[s].length));
                total += weights[t];
            }
            for (int t = 0; t < x.length; t++) {
                for (int k = 0; k < attended[s].length; k++) {
                    attended[s][k] += weights[t] / total * value[t][k];
                }
            }
        }
        return column(linear(attended, "attn_1."));
    }

    private double[] weights(double[][] score, int token) {
        double[] weights = new double[score.length];
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] =
                    activation == Activation.SIGMOID ? 1 / (1 + Math.exp(-score[i][token])) : Math.exp(score[i][token]);
            total += weights[i];
        }
        for (int i = 0; i < weights.length && activation == Activation.SOFTMAX; i++) {
            weights[i] /= total;
        }
        return weights;
    }

    /** PyTorch's LSTM: i, f, g, o = W x + b + U h + c; cell = σ(f) cell + σ(i) tanh(g); state = σ(o) tanh(cell). */
    private double[][] lstm(double[][] x, String direction, int step) {
        float[] recurrent = floats("attn_0.weight_hh" + direction);
        int h = (int) shape("attn_0.weight_hh" + direction, 1);
        double[][] states = new double[x.length][];
        double[] state = new double[h];
        double[] cell = new double[h];
        for (int s = step > 0 ? 0 : x.length - 1; s >= 0 && s < x.length; s += step) {
            double[] gates = row(x[s], "attn_0.weight_ih" + direction, "attn_0.bias_ih" + direction);
            float[] bias = floats("attn_0.bias_hh" + direction);
            for (int g = 0; g < gates.length; g++) {
                gates[g] += bias[g];
                for (int k = 0; k < h; k++) {
                    gates[g] += recurrent[g * h + k] * state[k];
                }
            }
            double[] next = new double[h];
            for (int k = 0; k < h; k++) {
                cell[k] = sigmoid(gates[h + k]) * cell[k] + sigmoid(gates[k]) * Math.tanh(gates[2 * h + k]);
                next[k] = sigmoid(gates[3 * h + k]) * Math.tanh(cell[k]);
            }
            state = next;
            states[s] = next;
        }
        return states;
    }

    private double[][] linear(double[][] x, String prefix) {
        double[][] result = new double[x.length][];
        for (int s = 0; s < x.length; s++) {
            result[s] = row(x[s], prefix + "weight", prefix + "bias");
        }
        return result;
    }

    private double[] row(double[] x, String weightName, String biasName) {
        float[] weight = floats(weightName);
        float[] bias = floats(biasName);
        double[] result = new double[bias.length];
        for (int r = 0; r < result.length; r++) {
            result[r] = bias[r];
            for (int k = 0; k < x.length; k++) {
                result[r] += weight[r * x.length + k] * x[k];
            }
        }
        return result;
    }

    private static double[] column(double[][] x) {
        double[] first = new double[x.length];
        for (int s = 0; s < x.length; s++) {
            first[s] = x[s][0];
        }
        return first;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private float[] floats(String name) {
        return Objects.requireNonNull(parameters.get(name), name).toFloatArray();
    }

    private long shape(String name, int axis) {
        return Objects.requireNonNull(parameters.get(name), name).dim(axis);
    }
}
