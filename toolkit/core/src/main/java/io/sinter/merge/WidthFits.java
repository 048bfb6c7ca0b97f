package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.error.IncompatibleException;
import io.sinter.linalg.AffineMap;
import io.sinter.linalg.Cca;
import io.sinter.linalg.CcaFit;
import io.sinter.linalg.Gcca;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.Procrustes;
import io.sinter.linalg.ProcrustesOptions;
import io.sinter.linalg.Ridge;
import io.sinter.linalg.Whitening;
import io.sinter.linalg.WhiteningKind;
import io.sinter.missing.TrainedRows;
import io.sinter.parameters.ParameterSource;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.WidthMethod;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Fits the maps that bring tables to one width, on the rows of the tokens that all models have. */
final class WidthFits {

    private final MergePlan plan;
    private final WidthMethod method;
    private final List<Matrix> shared;
    private final Map<String, TensorData> parameters = new LinkedHashMap<>();
    private final List<WidthFit> fits = new ArrayList<>();

    private WidthFits(MergePlan plan, WidthMethod method, List<Matrix> shared) {
        this.plan = plan;
        this.method = method;
        this.shared = shared;
    }

    /** What was fitted, and how well. */
    record Fitted(ParameterSource.Fitted parameters, List<WidthFit> fits) {}

    /**
     * Fits the maps of a plan's combination.
     *
     * @param tables in the order of the result
     * @throws IncompatibleException if the models share no token
     */
    static Fitted of(MergePlan plan, List<TensorData> tables) {
        DimensionEntry dimension = Objects.requireNonNull(plan.recipe().dimension());
        long[] tokens = trained(plan, sharedTokens(plan));
        if (tokens.length == 0) {
            throw new IncompatibleException(
                    "dimension: by: %s is fitted on the tokens that the models share, but there is none; use by: zero-pad or linear"
                            .formatted(dimension.by().method()));
        }
        boolean scaled = plan.combination().rows() == Combination.Rows.UNIT_LENGTH;
        List<Matrix> shared = tables.stream()
                .map(table -> Matrix.copyOf(Rows.gather(table, tokens)))
                .map(rows -> scaled ? rows.toUnitLength() : rows)
                .toList();
        WidthFits fit = new WidthFits(plan, dimension.by(), shared);
        fit.run(dimension);
        return new Fitted(new ParameterSource.Fitted(fit.parameters), fit.fits);
    }

    /** The tables' rows of the tokens that every source has of its own; the tables themselves where those are all. */
    static List<TensorData> sharedRows(MergePlan plan, List<TensorData> tables) {
        long[] tokens = sharedTokens(plan);
        return tokens.length == plan.rows()
                ? tables
                : tables.stream().map(table -> Rows.gather(table, tokens)).toList();
    }

    private static long[] sharedTokens(MergePlan plan) {
        return IntStream.range(0, Math.toIntExact(plan.rows()))
                .filter(t -> plan.sources().stream().allMatch(s -> s.rows().row(t) != SourceRows.LACKING))
                .asLongStream()
                .toArray();
    }

    /** Those of which no model's row looks as it was drawn. */
    private static long[] trained(MergePlan plan, long[] tokens) {
        LongStream kept = LongStream.of(tokens);
        for (PlannedSource source : plan.sources()) {
            TrainedRows trained = TrainedRows.of(Matrix.copyOf(source.table().data()));
            kept = kept.filter(token -> trained.isTrained(source.rows().row((int) token)));
        }
        return kept.toArray();
    }

    private void run(DimensionEntry dimension) {
        switch (method) {
            case WidthMethod.Ridge ridge ->
                towards(
                        dimension,
                        (x, y) -> Ridge.fit(x, y, Objects.requireNonNull(ridge.alpha()), Ridge.Intercept.FITTED));
            case WidthMethod.Procrustes p -> towards(dimension, (x, y) -> Procrustes.fit(x, y, options(p)));
            case WidthMethod.Cca cca -> {
                CcaFit fit = Cca.fit(shared.getFirst(), shared.getLast(), width(), Objects.requireNonNull(cca.reg()));
                put(List.of(fit.x(), fit.y()));
            }
            case WidthMethod.Gcca gcca ->
                put(Gcca.fit(shared, width(), Objects.requireNonNull(gcca.reg()))
                        .maps());
            case WidthMethod.Whitening whitening ->
                put(shared.stream()
                        .map(x -> Whitening.fit(
                                x, width(), whitening.kind() == null ? WhiteningKind.PCA : whitening.kind()))
                        .toList());
            case WidthMethod.ZeroPad pad -> throw notFitted();
            case WidthMethod.Linear linear -> throw notFitted();
            case WidthMethod.Pca pca -> throw notFitted();
            case WidthMethod.Svd svd -> throw notFitted();
        }
    }

    private IllegalStateException notFitted() {
        return new IllegalStateException(method.method() + " is not fitted model by model");
    }

    private int width() {
        return Math.toIntExact(plan.combination().maps().getFirst().outputWidth(1));
    }

    private static ProcrustesOptions options(WidthMethod.Procrustes procrustes) {
        return new ProcrustesOptions(
                procrustes.scaled() ? ProcrustesOptions.Scaling.UNIFORM : ProcrustesOptions.Scaling.NONE,
                procrustes.centred() ? ProcrustesOptions.Centring.MEAN : ProcrustesOptions.Centring.ORIGIN,
                ProcrustesOptions.Orientation.ANY);
    }

    private interface PairFit {
        AffineMap fit(Matrix x, Matrix y);
    }

    private void towards(DimensionEntry dimension, PairFit fit) {
        int target = Combinations.fittedTo(dimension, plan.tables());
        for (int i = 0; i < shared.size(); i++) {
            if (i != target) {
                put(i, fit.fit(shared.get(i), shared.get(target)));
            }
        }
    }

    private void put(List<AffineMap> maps) {
        for (int i = 0; i < maps.size(); i++) {
            put(i, maps.get(i));
        }
    }

    private void put(int source, AffineMap map) {
        String prefix = Combination.mapPrefix(source);
        parameters.put(prefix + "weight", Conversion.convert(map.weight().toTensor(), DType.FLOAT));
        parameters.put(prefix + "bias", Conversion.convert(bias(map), DType.FLOAT));
        fits.add(WidthFit.of(plan.sources().get(source).name(), method.method(), map.quality()));
    }

    private static TensorData bias(AffineMap map) {
        return new TensorData(DType.DOUBLE, List.of((long) map.bias().length), MemorySegment.ofArray(map.bias()));
    }
}
