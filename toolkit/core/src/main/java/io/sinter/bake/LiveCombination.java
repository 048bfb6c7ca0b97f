package io.sinter.bake;

import io.sinter.combine.Combination;
import io.sinter.tensor.TensorData;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tables that a served graph looks up, and how what it finds becomes one vector.
 *
 * @param combination how
 * @param parameters its parameters, float32, by name
 * @param tables in the sources' order
 */
public record LiveCombination(Combination combination, Map<String, TensorData> parameters, List<LookupTable> tables) {

    /** Copies lists and map, whose order is kept. */
    public LiveCombination {
        tables = List.copyOf(tables);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Tables whose rows are in the order of the graph's tokens. */
    public static LiveCombination of(CombinedTable combined) {
        return new LiveCombination(
                combined.combination(),
                combined.parameters(),
                combined.tables().stream().map(LookupTable::of).toList());
    }

    /** Width of the result. */
    public long width() {
        return combination.outputWidth(tables.stream().map(LookupTable::width).toList());
    }
}
