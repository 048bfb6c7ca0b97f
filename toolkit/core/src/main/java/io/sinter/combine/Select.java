package io.sinter.combine;

import io.sinter.error.RecipeException;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * x_s: one model's vectors as they are. The others give their tokens only: a body keeps its rows and learns to read the
 * vocabulary of another model.
 *
 * @param source which, counted from 1; the first if not given
 */
public record Select(@Nullable Integer source) implements Combiner {

    /**
     * Checks the number.
     *
     * @throws RecipeException if it is below 1
     */
    public Select {
        source = source == null ? 1 : source;
        if (source < 1) {
            throw new RecipeException(
                    "combine: select: source: got %d, expected 1 for the first model, 2 for the second ..."
                            .formatted(source));
        }
    }

    @Override
    public long outputWidth(List<Long> widths) {
        return widths.get(index(widths.size()));
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        return sources.get(index(sources.size()));
    }

    @Override
    public boolean reads(int other) {
        return other == (source == null ? 1 : source) - 1;
    }

    private int index(int sources) {
        int number = source == null ? 1 : source;
        if (number > sources) {
            throw new RecipeException(
                    "combine: select: source: got %d, but there are %d models".formatted(number, sources));
        }
        return number - 1;
    }
}
