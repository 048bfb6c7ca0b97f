package io.sinter.combine;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole way from N sources to one vector: scale each row, bring each source to a width, combine, reduce. Baking and
 * live merging both run exactly these nodes. All but a {@link ContextCombiner} is row-wise.
 *
 * @param rows what is done to each source's rows first
 * @param maps how each source is brought to a width, in the sources' order; none leaves all as they are
 * @param combiner makes one vector of them
 * @param reduction what is done to the result, or null for nothing
 */
public record Combination(
        Rows rows,
        List<WidthMap> maps,
        CombineMethod combiner,
        @Nullable Reduction reduction) {

    /** What is done to each row of each source before anything else. */
    public enum Rows {
        /** Nothing. */
        AS_GIVEN,
        /** Division by its length, x / max(‖x‖₂, 1e-12). */
        UNIT_LENGTH
    }

    /** Copies the maps. */
    public Combination {
        maps = List.copyOf(maps);
    }

    /** A combiner alone. */
    public static Combination of(CombineMethod combiner) {
        return new Combination(Rows.AS_GIVEN, List.of(), combiner, null);
    }

    /** The same with other maps. */
    public Combination withMaps(List<WidthMap> newMaps) {
        return new Combination(rows, newMaps, combiner, reduction);
    }

    /** The same with another reduction. */
    public Combination withReduction(@Nullable Reduction newReduction) {
        return new Combination(rows, maps, combiner, newReduction);
    }

    /** The same with another treatment of the sources' rows. */
    public Combination withRows(Rows newRows) {
        return new Combination(newRows, maps, combiner, reduction);
    }

    /**
     * Width of the result.
     *
     * @param widths of the sources, in order
     * @throws io.sinter.error.IncompatibleException if sources of these widths cannot be combined so, with the fix
     */
    public long outputWidth(List<Long> widths) {
        long combined = combiner.outputWidth(mapped(widths));
        return reduction == null ? combined : reduction.width();
    }

    /**
     * The parameters that sources of these widths need: those of the maps, named {@code proj1.weight}, {@code proj1.bias},
     * {@code proj2.weight} and so on, then the combiner's, then the reduction's, named {@code reduction.…}.
     *
     * @throws io.sinter.error.IncompatibleException as {@link #outputWidth}
     */
    public List<ParameterSpec> parameters(List<Long> widths) {
        List<ParameterSpec> all = new ArrayList<>(mapParameters(widths));
        all.addAll(combinerParameters(widths));
        all.addAll(reductionParameters(widths));
        requireDistinct(all);
        return List.copyOf(all);
    }

    /** The maps' part of {@link #parameters}. */
    public List<ParameterSpec> mapParameters(List<Long> widths) {
        List<WidthMap> each = mapsFor(widths.size());
        List<ParameterSpec> specs = new ArrayList<>();
        for (int i = 0; i < widths.size(); i++) {
            specs.addAll(each.get(i).parameters(mapPrefix(i), widths.get(i)));
        }
        return List.copyOf(specs);
    }

    /** The combiner's part of {@link #parameters}. */
    public List<ParameterSpec> combinerParameters(List<Long> widths) {
        return combiner.parameters(mapped(widths));
    }

    /** The reduction's part of {@link #parameters}. */
    public List<ParameterSpec> reductionParameters(List<Long> widths) {
        return reduction == null ? List.of() : reduction.parameters(combiner.outputWidth(mapped(widths)));
    }

    /**
     * The part before the combiner and the combiner itself, without the reduction: what a reduction is fitted to.
     */
    public Combination withoutReduction() {
        return withReduction(null);
    }

    /** Whether the result for a token depends on the others of its text. */
    public boolean needsContext() {
        return switch (combiner) {
            case Combiner rowWise -> false;
            case ContextCombiner context -> true;
        };
    }

    /**
     * Emits the nodes of a row-wise combination.
     *
     * @param sources float32 values {@code [..., dᵢ]} of known rank, their last extents known
     * @param parameters a float32 value for each of {@link #parameters}, by name
     * @return a float32 value {@code [..., outputWidth]}
     * @throws IllegalArgumentException if sources or parameters are not that, or it {@linkplain #needsContext needs a mask}
     */
    public Value emit(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        return emit(ops, sources, null, parameters, new Present(ops, List.of()));
    }

    /**
     * Emits the nodes where a source may be absent, row by row. An absent source is a row of zeros to the combiner, whatever
     * it was and whatever its map would make of it; where the result is a weighted sum, it is multiplied by Σᵢ wᵢ over
     * the sum of the weights that are present, and zero where that is zero.
     *
     * @param present BOOL values {@code [...]}, one a source; none if all are present
     */
    public Value emit(Ops ops, List<Value> sources, Map<String, Value> parameters, List<Value> present) {
        if (!present.isEmpty() && present.size() != sources.size()) {
            throw new IllegalArgumentException("%d presences for %d sources".formatted(present.size(), sources.size()));
        }
        return emit(ops, sources, null, parameters, new Present(ops, present));
    }

    /**
     * Emits the nodes of any combination over texts.
     *
     * @param sources float32 values {@code [B, S, dᵢ]}, their last extents known
     * @param mask int64 {@code [B, S]}, 1 for tokens and 0 for padding; null where the combination is row-wise
     * @param parameters a float32 value for each of {@link #parameters}, by name
     * @return a float32 value {@code [B, S, outputWidth]}
     * @throws IllegalArgumentException if sources or parameters are not that
     */
    public Value emit(Ops ops, List<Value> sources, @Nullable Value mask, Map<String, Value> parameters) {
        return emit(ops, sources, mask, parameters, new Present(ops, List.of()));
    }

    private Value emit(
            Ops ops, List<Value> sources, @Nullable Value mask, Map<String, Value> parameters, Present present) {
        List<Long> widths = sources.stream().map(Widths::of).toList();
        checkParameters(widths, parameters);
        long combinedWidth = combiner.outputWidth(mapped(widths));
        List<WidthMap> each = mapsFor(sources.size());
        List<Value> ready = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Value scaled = rows == Rows.UNIT_LENGTH ? Layers.unitLength(ops, sources.get(i)) : sources.get(i);
            ready.add(present.of(i, each.get(i).map(ops, mapPrefix(i), scaled, parameters)));
        }
        Value combined = switch (combiner) {
            case Combiner rowWise ->
                present.shared(rowWise.combine(ops, ready, parameters), rowWise.weights(sources.size()));
            case ContextCombiner context -> context.combine(ops, ready, mask(mask), parameters);
        };
        requireWidth(combined, combinedWidth);
        return reduction == null ? combined : reduction.reduce(ops, combined, parameters);
    }

    /** What the names of a source's map parameters start with: {@code proj1.} for the first. */
    public static String mapPrefix(int source) {
        return "proj" + (source + 1) + ".";
    }

    private Value mask(@Nullable Value given) {
        if (given == null) {
            throw new IllegalArgumentException(combiner.method() + " reads whole texts and needs a mask");
        }
        return given;
    }

    private List<WidthMap> mapsFor(int sources) {
        if (!maps.isEmpty() && maps.size() != sources) {
            throw new IllegalArgumentException("%d width maps for %d sources".formatted(maps.size(), sources));
        }
        return maps.isEmpty() ? Collections.nCopies(sources, new WidthMap.Keep()) : maps;
    }

    private List<Long> mapped(List<Long> widths) {
        List<WidthMap> each = mapsFor(widths.size());
        List<Long> result = new ArrayList<>();
        for (int i = 0; i < widths.size(); i++) {
            result.add(each.get(i).outputWidth(widths.get(i)));
        }
        return result;
    }

    private void requireDistinct(List<ParameterSpec> specs) {
        Set<String> names = new HashSet<>();
        for (ParameterSpec spec : specs) {
            if (!names.add(spec.name())) {
                throw new IllegalStateException(
                        "%s names two parameters \"%s\"".formatted(combiner.method(), spec.name()));
            }
        }
    }

    private void checkParameters(List<Long> widths, Map<String, Value> given) {
        Map<String, Value> unknown = new LinkedHashMap<>(given);
        for (ParameterSpec spec : parameters(widths)) {
            unknown.remove(spec.name());
            TensorType type = Layers.parameter(given, spec.name()).type();
            if (type != null && type.shape() != null && !type.shape().equals(Shape.of(spec.shape()))) {
                throw new IllegalArgumentException(
                        "parameter \"%s\": got %s, expected FLOAT %s".formatted(spec.name(), type, spec.shape()));
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "parameters that %s does not have: %s".formatted(combiner.method(), unknown.keySet()));
        }
    }

    /** Holds a combiner to what it said, so that an error in one surfaces here. */
    private void requireWidth(Value combined, long width) {
        TensorType type = combined.type();
        if (type != null
                && type.shape() != null
                && type.shape().dim(-1) instanceof Dim.Known(long got)
                && got != width) {
            throw new IllegalStateException(
                    "%s emitted %s, but announced the width %d".formatted(combiner.method(), combined, width));
        }
    }
}
