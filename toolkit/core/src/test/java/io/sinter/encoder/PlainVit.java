package io.sinter.encoder;

import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import tools.jackson.databind.JsonNode;

/** ViT, DeiT and DINOv2 as their papers define them, in loops over doubles: what exported graphs are compared with. */
record PlainVit(JsonNode config, ScatteredWeights weights, String prefix) {

    /** States after the last norm, {@code [S][h]}, of one picture {@code [channels][height][width]}. */
    double[][] states(TensorData picture) {
        double[][] x = embeddings(picture);
        String layer = "encoder.layer.";
        for (int i = 0; i < config.path("num_hidden_layers").asInt(); i++) {
            String name = layer + i + ".";
            boolean dino = type().startsWith("dinov2");
            String before = dino ? "norm1" : "layernorm_before";
            String after = dino ? "norm2" : "layernorm_after";
            double[][] attended = attention(normed(x, name + before), name + "attention.");
            x = sum(x, dino ? scaled(attended, name + "layer_scale1.lambda1") : attended);
            double[][] inner = feedForward(normed(x, name + after), name);
            x = sum(x, dino ? scaled(inner, name + "layer_scale2.lambda1") : inner);
        }
        return normed(x, "layernorm");
    }

    private String type() {
        return config.path("model_type").asString();
    }

    private double[][] embeddings(TensorData picture) {
        List<double[]> rows = new ArrayList<>();
        int hidden = config.path("hidden_size").asInt();
        double[][] places = matrix("embeddings.position_embeddings", hidden);
        rows.add(sum(matrix("embeddings.cls_token", hidden)[0], places[0]));
        int place = 1;
        if (type().equals("deit")) {
            rows.add(sum(matrix("embeddings.distillation_token", hidden)[0], places[place++]));
        }
        if (type().equals("dinov2_with_registers")
                && config.path("num_register_tokens").asInt() > 0) {
            rows.addAll(Arrays.asList(matrix("embeddings.register_tokens", hidden)));
        }
        for (double[] patch : patches(picture, hidden)) {
            rows.add(sum(patch, places[place++]));
        }
        return rows.toArray(double[][]::new);
    }

    private List<double[]> patches(TensorData picture, int hidden) {
        float[] pixels = picture.toFloatArray();
        double[] kernel = vector("embeddings.patch_embeddings.projection.weight");
        double[] bias = vector("embeddings.patch_embeddings.projection.bias");
        int channels = (int) picture.dim(0);
        int height = (int) picture.dim(1);
        int width = (int) picture.dim(2);
        int patchHeight = side("patch_size", 0);
        int patchWidth = side("patch_size", 1);
        List<double[]> patches = new ArrayList<>();
        for (int top = 0; top + patchHeight <= height; top += patchHeight) {
            for (int left = 0; left + patchWidth <= width; left += patchWidth) {
                double[] row = bias.clone();
                int at = 0;
                for (int h = 0; h < hidden; h++) {
                    for (int c = 0; c < channels; c++) {
                        for (int y = top; y < top + patchHeight; y++) {
                            for (int x = left; x < left + patchWidth; x++) {
                                row[h] += kernel[at++] * pixels[(c * height + y) * width + x];
                            }
                        }
                    }
                }
                patches.add(row);
            }
        }
        return patches;
    }

    private int side(String key, int axis) {
        JsonNode value = config.path(key);
        return value.isArray() ? value.get(axis).asInt() : value.asInt();
    }

    private double[][] attention(double[][] x, String name) {
        double[][] q = linear(x, name + "attention.query");
        double[][] k = linear(x, name + "attention.key");
        double[][] v = linear(x, name + "attention.value");
        int heads = config.path("num_attention_heads").asInt();
        int width = q[0].length / heads;
        double[][] context = new double[x.length][q[0].length];
        for (int from = 0; from < q[0].length; from += width) {
            for (int i = 0; i < x.length; i++) {
                double[] weight = new double[x.length];
                double total = 0;
                for (int j = 0; j < x.length; j++) {
                    double score = 0;
                    for (int d = from; d < from + width; d++) {
                        score += q[i][d] * k[j][d];
                    }
                    weight[j] = Math.exp(score / Math.sqrt(width));
                    total += weight[j];
                }
                for (int j = 0; j < x.length; j++) {
                    for (int d = from; d < from + width; d++) {
                        context[i][d] += weight[j] / total * v[j][d];
                    }
                }
            }
        }
        return linear(context, name + "output.dense");
    }

    private double[][] feedForward(double[][] x, String name) {
        DoubleUnaryOperator activation = activation(config.path("hidden_act").asString());
        if (!type().startsWith("dinov2")) {
            return linear(apply(linear(x, name + "intermediate.dense"), activation), name + "output.dense");
        }
        if (!config.path("use_swiglu_ffn").asBoolean(false)) {
            return linear(apply(linear(x, name + "mlp.fc1"), activation), name + "mlp.fc2");
        }
        double[][] both = linear(x, name + "mlp.weights_in");
        double[][] gated = new double[both.length][];
        for (int i = 0; i < both.length; i++) {
            int half = both[i].length / 2;
            gated[i] = new double[half];
            for (int j = 0; j < half; j++) {
                gated[i][j] = activation("silu").applyAsDouble(both[i][j]) * both[i][half + j];
            }
        }
        return linear(gated, name + "mlp.weights_out");
    }

    private static DoubleUnaryOperator activation(String name) {
        return switch (name) {
            case "relu" -> x -> Math.max(x, 0);
            case "silu" -> x -> x / (1 + Math.exp(-x));
            case "quick_gelu" -> x -> x / (1 + Math.exp(-1.702 * x));
            case "gelu_new" -> x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            default -> throw new AssertionError(name);
        };
    }

    private double[][] linear(double[][] x, String name) {
        double[][] weight = matrix(name + ".weight", x[0].length);
        boolean biased =
                !name.contains("attention.attention") || config.path("qkv_bias").asBoolean(true);
        double[] bias = biased ? vector(name + ".bias") : new double[weight.length];
        double[][] result = new double[x.length][weight.length];
        for (int i = 0; i < x.length; i++) {
            for (int o = 0; o < weight.length; o++) {
                result[i][o] = bias[o];
                for (int j = 0; j < x[i].length; j++) {
                    result[i][o] += weight[o][j] * x[i][j];
                }
            }
        }
        return result;
    }

    private double[][] normed(double[][] x, String name) {
        double[] scale = vector(name + ".weight");
        double[] shift = vector(name + ".bias");
        double epsilon = config.path("layer_norm_eps").asDouble();
        double[][] result = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            double mean = Arrays.stream(x[i]).average().orElseThrow();
            double variance = Arrays.stream(x[i])
                    .map(v -> (v - mean) * (v - mean))
                    .average()
                    .orElseThrow();
            result[i] = new double[x[i].length];
            for (int j = 0; j < x[i].length; j++) {
                result[i][j] = (x[i][j] - mean) / Math.sqrt(variance + epsilon) * scale[j] + shift[j];
            }
        }
        return result;
    }

    private double[][] scaled(double[][] x, String name) {
        double[] scale = vector(name);
        double[][] result = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            result[i] = x[i].clone();
            for (int j = 0; j < scale.length; j++) {
                result[i][j] *= scale[j];
            }
        }
        return result;
    }

    private static double[][] apply(double[][] x, DoubleUnaryOperator f) {
        return Arrays.stream(x).map(row -> Arrays.stream(row).map(f).toArray()).toArray(double[][]::new);
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] result = new double[a.length][];
        Arrays.setAll(result, i -> sum(a[i], b[i]));
        return result;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] result = a.clone();
        Arrays.setAll(result, i -> a[i] + b[i]);
        return result;
    }

    private double[] vector(String name) {
        float[] floats = weights.drawn(prefix + name);
        double[] result = new double[floats.length];
        Arrays.setAll(result, i -> floats[i]);
        return result;
    }

    private double[][] matrix(String name, int columns) {
        double[] all = vector(name);
        double[][] rows = new double[all.length / columns][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
        return rows;
    }
}
