package io.sinter.combine;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Extents of last axes: checks and messages. */
final class Widths {

    private Widths() {}

    /**
     * The one width that all sources have.
     *
     * @throws IncompatibleException if they differ, with the fix
     */
    static long common(String method, List<Long> widths) {
        requireSources(method, widths);
        if (new HashSet<>(widths).size() > 1) {
            throw new IncompatibleException(
                    "combine: %s: the models' widths differ: got %s, expected one width; bring them to one with `dimension`, such as `dimension: {to: %d, by: zero-pad}`, or use concatenation, linear or mlp"
                            .formatted(method, join(widths), Collections.max(widths)));
        }
        return widths.getFirst();
    }

    /** Width of a concatenation. */
    static long sum(String method, List<Long> widths) {
        requireSources(method, widths);
        return widths.stream().reduce(0L, Math::addExact);
    }

    /** The wish, or the first source's width where there is none. */
    static long orFirst(String method, @Nullable Long wish, List<Long> widths) {
        requireSources(method, widths);
        return wish == null ? widths.getFirst() : wish;
    }

    /**
     * Checks a width in a recipe.
     *
     * @throws RecipeException if it is 0 or less
     */
    static void requirePositive(String key, @Nullable Long width) {
        if (width != null && width < 1) {
            throw new RecipeException("%s: got %d, expected 1 or more".formatted(key, width));
        }
    }

    /**
     * The extent of a float32 value's last axis.
     *
     * @throws IllegalArgumentException if the value is another type or the extent is unknown
     */
    static long of(Value value) {
        TensorType type = value.type();
        if (type != null
                && type.dtype() == DType.FLOAT
                && type.shape() != null
                && type.shape().rank() > 0
                && type.shape().dim(-1) instanceof Dim.Known(long width)) {
            return width;
        }
        throw new IllegalArgumentException(
                "source %s: expected FLOAT of known rank, with a known last extent".formatted(value));
    }

    /** The widths for a message. */
    static String join(List<Long> widths) {
        return widths.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static void requireSources(String method, List<Long> widths) {
        if (widths.isEmpty()) {
            throw new IllegalArgumentException("combine: " + method + ": no sources");
        }
    }
}
