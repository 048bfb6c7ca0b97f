package io.sinter.bake;

import io.sinter.combine.Combination;
import io.sinter.error.IncompatibleException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tables and how they become one: what is baked, or looked up live.
 *
 * @param combination how
 * @param parameters its parameters, float32, by name
 * @param tables {@code [V, dᵢ]} of float32, float16, bfloat16 or float64, row r of each about the same token
 */
public record CombinedTable(Combination combination, Map<String, TensorData> parameters, List<TensorData> tables) {

    /**
     * Checks that the tables fit together.
     *
     * @throws IncompatibleException if their numbers of rows differ, or their widths cannot be combined
     * @throws IllegalArgumentException if one is no matrix of floats
     */
    public CombinedTable {
        tables = List.copyOf(tables);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        tables.forEach(CombinedTable::requireFloatMatrix);
        if (new HashSet<>(tables.stream().map(t -> t.dim(0)).toList()).size() > 1) {
            throw new IncompatibleException(
                    "tables: the numbers of rows differ: got %s, expected one row a token in each; align them with `vocabulary`"
                            .formatted(tables.stream().map(TensorData::describe).collect(Collectors.joining(" and "))));
        }
        combination.outputWidth(widths(tables));
    }

    /** Number of rows, V. */
    public long rows() {
        return tables.getFirst().dim(0);
    }

    /** Width of the result. */
    public long width() {
        return combination.outputWidth(widths());
    }

    /** Widths of the tables. */
    public List<Long> widths() {
        return widths(tables);
    }

    private static List<Long> widths(List<TensorData> tables) {
        return tables.stream().map(t -> t.dim(1)).toList();
    }

    private static void requireFloatMatrix(TensorData table) {
        if (table.rank() != 2 || !isCombinable(table.dtype())) {
            throw new IllegalArgumentException(
                    "table %s: expected FLOAT, FLOAT16, BFLOAT16 or DOUBLE [rows, width]".formatted(table.describe()));
        }
    }

    /** Whether tables of that type can be read and written: those that ONNX's Cast knows on every runtime. */
    static boolean isCombinable(DType dtype) {
        return dtype == DType.FLOAT || dtype == DType.FLOAT16 || dtype == DType.BFLOAT16 || dtype == DType.DOUBLE;
    }
}
