package io.sinter.source;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.Set;

/** Where the indices of a lookup come from, followed back through operators that keep their values. */
public sealed interface IndexSource {

    /** A graph input, unchanged but for type and shape. */
    record Input(Value input) implements IndexSource {
        @Override
        public String describe() {
            return "input \"" + input.name() + "\"";
        }
    }

    /** Numbers in the file. */
    record Fixed(Value constant) implements IndexSource {
        @Override
        public String describe() {
            return "the constant \"" + constant.name() + "\"";
        }
    }

    /** Something that the graph computes: a range, a cumulative sum, a mask. */
    record Computed(Node node) implements IndexSource {
        @Override
        public String describe() {
            return "what " + node + " computes";
        }
    }

    /** What this is, for messages. */
    String describe();

    /** Operators whose output holds the values of their first input, in another type, shape or order. */
    Set<String> KEEPING_VALUES = Set.of(
            "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Expand", "Slice", "Clip");

    /** Follows indices back to where they come from. */
    static IndexSource of(Value indices) {
        Value value = indices;
        for (Node producer = value.producer(); producer != null; producer = value.producer()) {
            Value before = producer.input(0);
            if (producer.is("Constant")) {
                return new Fixed(value);
            }
            if (!producer.domain().isEmpty() || !KEEPING_VALUES.contains(producer.opType()) || before == null) {
                return new Computed(producer);
            }
            value = before;
        }
        return value.isInitializer() ? new Fixed(value) : new Input(value);
    }
}
