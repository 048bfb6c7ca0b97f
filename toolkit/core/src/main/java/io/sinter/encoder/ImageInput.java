package io.sinter.encoder;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a graph reads pictures. */
public enum ImageInput {
    /** Prepared by whoever calls: float32 {@code [batch, 3, height, width]} of the size that the model takes. */
    PIXEL_VALUES,
    /** As they are decoded: uint8 {@code [batch, height, width, 3]}, red, green and blue, of any size; the graph prepares them. */
    IMAGE;

    /** The input's name, which is also that on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one whose input has that name, if there is one. */
    public static Optional<ImageInput> named(String label) {
        return Arrays.stream(values()).filter(i -> i.label().equals(label)).findFirst();
    }
}
