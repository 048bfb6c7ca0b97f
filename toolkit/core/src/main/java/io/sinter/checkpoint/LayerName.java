package io.sinter.checkpoint;

import java.util.Optional;

/**
 * The name of a layer's tensor: {@code encoder.layer.3.output.dense.bias} is layer 3 of the stack {@code encoder.layer.}.
 *
 * @param stack what stands before the first part of the name that is a number
 * @param layer the number
 * @param rest what stands behind it
 */
record LayerName(String stack, int layer, String rest) {

    /** No model has more; longer numbers are something else. */
    private static final int DIGITS = 6;

    /** The parts of a name; nothing for a tensor of no layer. */
    static Optional<LayerName> of(String name) {
        int begin = name.indexOf('.') + 1;
        while (begin > 0) {
            int end = name.indexOf('.', begin);
            if (end < 0) {
                break;
            }
            String part = name.substring(begin, end);
            if (!part.isEmpty() && part.length() <= DIGITS && part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.of(
                        new LayerName(name.substring(0, begin), Integer.parseInt(part), name.substring(end)));
            }
            begin = end + 1;
        }
        return Optional.empty();
    }

    /** The same tensor of another layer. */
    LayerName at(int other) {
        return new LayerName(stack, other, rest);
    }

    /** The layer itself, as in {@code encoder.layer.3}. */
    String label() {
        return stack + layer;
    }

    @Override
    public String toString() {
        return stack + layer + rest;
    }
}
