package io.sinter.onnx.pass;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Operators that sample between elements. What they left open at first later versions state in attributes. */
final class ResizeAdapters {

    private ResizeAdapters() {}

    /** Upsample 10 is Resize; scales are an attribute before 9. They are 1 or more, so nearest rounds down. */
    static void upsample(Adapter.Site site) {
        Node node = site.node();
        Value scales = node.input(1);
        if (scales == null) {
            if (!(node.attribute("scales") instanceof Attribute.Floats(List<Float> values))) {
                throw new UnsupportedException(node + ": it has no scales");
            }
            float[] floats = new float[values.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = values.get(i);
            }
            scales = site.ops().constantNode(TensorData.vector(floats));
        }
        replace(site, scales, "floor");
    }

    /** Resize 11 has an input before the scales, and says where elements lie: in Resize 10, at the corner of their cell. */
    static void resize11(Adapter.Site site) {
        Node node = site.node();
        Value scales = node.input(1);
        if (scales == null) {
            throw new UnsupportedException(node + ": it has no scales");
        }
        boolean linear = mode(node).equals("linear");
        replace(site, scales, linear ? "floor" : rounding(node, scales));
    }

    /** Resize 13: one of scales and sizes is left out, not empty; one way to place elements is gone. */
    static void resize13(Adapter.Site site) {
        Node node = site.node();
        String placement =
                node.attribute("coordinate_transformation_mode") instanceof Attribute.Str s ? s.text() : "half_pixel";
        if (placement.equals("tf_half_pixel_for_nn")) {
            throw new UnsupportedException(node + ": coordinate_transformation_mode = tf_half_pixel_for_nn");
        }
        for (int i = 1; i < 3; i++) {
            TensorData data = constant(node.input(i));
            if (data != null && data.elementCount() == 0) {
                node.setInput(i, null);
            }
        }
    }

    /** RoiAlign 16 shifts by half a pixel unless told not to. */
    static void roiAlign(Adapter.Site site) {
        site.node().setAttribute("coordinate_transformation_mode", Attribute.of("output_half_pixel"));
    }

    /** GridSample 20: other names of {@code mode}. */
    static void gridSample(Adapter.Site site) {
        if (site.node().attribute("mode") instanceof Attribute.Str mode) {
            String name = switch (mode.text()) {
                case "bilinear" -> "linear";
                case "bicubic" -> "cubic";
                default -> mode.text();
            };
            site.node().setAttribute("mode", Attribute.of(name));
        }
    }

    private static void replace(Adapter.Site site, Value scales, String rounding) {
        Node old = site.node();
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("mode", Attribute.of(mode(old)));
        attributes.put("coordinate_transformation_mode", Attribute.of("asymmetric"));
        attributes.put("nearest_mode", Attribute.of(rounding));
        Node resize = new Node("", "Resize", Arrays.asList(AttributeAdapters.operand(old), null, scales), attributes);
        resize.setName(old.name());
        site.graph().replaceNode(old, resize);
    }

    private static String mode(Node node) {
        String mode = node.attribute("mode") instanceof Attribute.Str s ? s.text() : "nearest";
        if (!mode.equals("nearest") && !mode.equals("linear")) {
            throw new UnsupportedException("%s: mode = %s".formatted(node, mode));
        }
        return mode;
    }

    /** Resize 10 rounds down where it enlarges, and up where it shrinks. */
    private static String rounding(Node node, Value scales) {
        TensorData data = constant(scales);
        if (data == null || data.dtype() != DType.FLOAT) {
            throw new UnsupportedException(node + ": the scales are not constant, so how nearest rounds is not known");
        }
        boolean enlarges = false;
        boolean shrinks = false;
        for (float scale : data.toFloatArray()) {
            enlarges |= scale > 1;
            shrinks |= scale < 1;
        }
        if (enlarges && shrinks) {
            throw new UnsupportedException(node + ": nearest enlarges one axis and shrinks another");
        }
        return shrinks ? "ceil" : "floor";
    }

    private static @Nullable TensorData constant(@Nullable Value value) {
        if (value == null || value.constant() != null) {
            return value == null ? null : value.constant();
        }
        Node producer = value.producer();
        return producer != null
                        && producer.is("Constant")
                        && producer.attribute("value") instanceof Attribute.Tensor tensor
                ? tensor.value()
                : null;
    }
}
