package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/**
 * What DeBERTa-v2's large models add to the first layer: norm(y + f(conv(x))), x what goes into the layer and y what comes
 * out, padding zero.
 *
 * @param weight {@code [h, h / groups, k]}
 * @param bias {@code [h]}
 * @param name of the convolution in the checkpoint
 * @param groups of channels
 */
record DebertaConvolution(TensorData weight, TensorData bias, String name, long groups, After after) {

    /** What follows the convolution. */
    record After(Activation activation, Norm norm) {}

    /** The one under those weights. */
    static DebertaConvolution of(Settings config, Weights w) {
        long hidden = config.size("hidden_size");
        long kernel = config.size("conv_kernel_size");
        long groups = config.size("conv_groups", 1);
        if (kernel % 2 == 0) {
            throw config.unsupported("conv_kernel_size", "an odd number, which keeps the length of texts");
        }
        if (hidden % groups != 0) {
            throw config.contradiction("hidden_size %d is no multiple of conv_groups %d".formatted(hidden, groups));
        }
        return new DebertaConvolution(
                w.tensor("conv.weight", hidden, hidden / groups, kernel),
                w.zeros("conv.bias", hidden),
                w.name("conv"),
                groups,
                new After(
                        config.activation("conv_act", Activation.TANH),
                        w.layerNorm("LayerNorm", hidden, Deberta.epsilon(config))));
    }

    /** Emits {@code [B, S, h]}. */
    Value emit(Network network, Value x, Value y) {
        Layers layers = network.layers().at(name);
        Ops ops = layers.ops();
        Value mask = DebertaMask.ofTokens(network, layers);
        long reach = (weight.dim(2) - 1) / 2;
        Map<String, Attribute> attributes =
                Map.of("pads", Attribute.of(List.of(reach, reach)), "group", Attribute.of(groups));
        List<Value> inputs = List.of(
                ops.transpose(x, 0, 2, 1),
                layers.weight(name + ".weight", weight),
                layers.weight(name + ".bias", bias));
        Value convolved = ops.transpose(ops.apply("Conv", inputs, attributes), 0, 2, 1);
        Value activated = layers.activate(ops.mul(convolved, mask), after.activation);
        return ops.mul(layers.residual(y, activated, after.norm).output(), mask);
    }
}
