package io.sinter.source;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values that are the same in every run. */
public final class Constants {

    private Constants() {}

    /** The elements of an initializer or of a Constant node's output. */
    public static Optional<TensorData> elements(@Nullable Value value) {
        if (value == null) {
            return Optional.empty();
        }
        if (value.initializer() != null) {
            return Optional.of(value.initializer());
        }
        Node producer = value.producer();
        return producer != null
                        && producer.is("Constant")
                        && producer.attribute("value") instanceof Attribute.Tensor tensor
                ? Optional.of(tensor.value())
                : Optional.empty();
    }

    /** Follows a value back through Identity and through Casts, which change the type but not the elements. */
    static Value behindCasts(Value value) {
        Value at = value;
        for (Node producer = at.producer(); producer != null; producer = at.producer()) {
            Value before = producer.input(0);
            if (before == null || !(producer.is("Identity") || producer.is("Cast"))) {
                return at;
            }
            at = before;
        }
        return at;
    }

    /** The nodes that read a value, also through Casts. */
    static List<Node> readersBehindCasts(Value value) {
        List<Node> readers = new ArrayList<>();
        for (Use use : value.uses()) {
            if (use.node().is("Cast")) {
                readers.addAll(readersBehindCasts(use.node().output()));
            } else {
                readers.add(use.node());
            }
        }
        return readers;
    }

    /** Extents for messages: those of the elements, those declared, or {@code [?]}. */
    static String shapeOf(Value value) {
        Optional<TensorData> elements = elements(value);
        if (elements.isPresent()) {
            return elements.get().shape().toString();
        }
        TensorType type = value.type();
        Shape shape = type == null ? null : type.shape();
        return shape == null ? "[?]" : shape.toString();
    }
}
