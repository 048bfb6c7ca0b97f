package io.sinter.onnx.pass;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.ArrayList;

/** Operators with outputs or modes for training only, and those that were replaced. */
final class InferenceAdapters {

    private InferenceAdapters() {}

    /** Dropout 12: the ratio is an input, and matters in training only; so does the mask, which is BOOL since 10. */
    static void dropout(Adapter.Site site) {
        Node node = site.node();
        Value mask = node.outputs().size() > 1 ? node.outputs().get(1) : null;
        if (mask != null && (!mask.uses().isEmpty() || site.graph().isOutput(mask))) {
            throw new UnsupportedException(
                    "%s: its mask \"%s\" is used; export the model for inference".formatted(node, mask.name()));
        }
        if (mask != null) {
            mask.setType(null);
        }
        node.removeAttribute("ratio");
    }

    /** BatchNormalization 9: statistics are a number a channel, {@code spatial} is gone. */
    static void batchNormalization9(Adapter.Site site) {
        Node node = site.node();
        if (node.intAttribute("spatial", 1) == 0) {
            throw new UnsupportedException(node + ": spatial = 0 has no equal in newer versions");
        }
        node.removeAttribute("spatial");
    }

    /** BatchNormalization 14: training is an attribute, no longer a matter of how many outputs there are. */
    static void batchNormalization14(Adapter.Site site) {
        Node node = site.node();
        if (node.outputs().size() > 1) {
            throw new UnsupportedException(
                    node + ": it has outputs for training (running statistics); export the model for inference");
        }
    }

    /** A change that has no equal in newer versions. */
    static Adapter refuse(String why) {
        return site -> {
            throw new UnsupportedException(site.node() + ": " + why);
        };
    }

    /** Scatter 11: it is called ScatterElements. */
    static void scatter(Adapter.Site site) {
        Node old = site.node();
        Node renamed = new Node("", "ScatterElements", new ArrayList<>(old.inputs()), old.attributes());
        renamed.setName(old.name());
        site.graph().replaceNode(old, renamed);
    }
}
