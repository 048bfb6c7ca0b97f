package io.sinter.encoder.family;

import io.sinter.encoder.Architecture;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;

/**
 * DeiT (Touvron et al. 2020, arXiv:2012.12877): ViT with a second token, that was trained on a teacher's answers. A model
 * {@code ForImageClassificationWithTeacher} has a classifier on each of both, and {@code logits} is their mean.
 */
public final class Deit implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("deit");
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE, Head.CLASSIFICATION);
    }

    @Override
    public void emit(Network network) {
        Weights base = network.weights().base("deit");
        long hidden = network.config().size("hidden_size");
        Value states = VitLayers.emit(
                network,
                base,
                List.of(
                        base.tensor("embeddings.cls_token", 1, 1, hidden),
                        base.tensor("embeddings.distillation_token", 1, 1, hidden)));
        if (network.head() == Head.CLASSIFICATION && withTeacher(network)) {
            teacherOutput(network, states);
        } else {
            VitLayers.output(network, base, states);
        }
    }

    private static boolean withTeacher(Network network) {
        List<String> classes = network.config().texts("architectures");
        return classes.isEmpty()
                ? network.weights().has("distillation_classifier.weight")
                : classes.getFirst().endsWith("WithTeacher");
    }

    private static void teacherOutput(Network network, Value states) {
        Settings config = network.config();
        Layers layers = network.layers();
        Ops ops = layers.ops();
        long hidden = config.size("hidden_size");
        long classes = Classes.count(config);
        Weights weights = network.weights();
        Value fromClass =
                layers.linear(BertLayers.first(layers, states), weights.linear("cls_classifier", hidden, classes));
        Value fromDistillation = layers.linear(
                ops.gather(states, layers.index(1), 1), weights.linear("distillation_classifier", hidden, classes));
        network.output("logits", ops.mul(ops.add(fromClass, fromDistillation), layers.scalar(0.5)));
        network.output("cls_logits", fromClass);
        network.output("distillation_logits", fromDistillation);
        network.output("last_hidden_state", states);
    }
}
