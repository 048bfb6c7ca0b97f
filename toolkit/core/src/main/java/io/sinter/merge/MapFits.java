package io.sinter.merge;

import io.sinter.combine.Combination;
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
import io.sinter.parameters.ParameterSource;
import io.sinter.recipe.WidthMethod;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;

/** Fits a map for each of several sources, which brings its rows to a width or to the rows of another source. */
public final class MapFits {

    private final WidthMethod method;
    private final FitRows shared;
    private final Map<String, TensorData> parameters = new LinkedHashMap<>();
    private final List<WidthFit> fits = new ArrayList<>();

    private MapFits(WidthMethod method, FitRows shared) {
        this.method = method;
        this.shared = shared;
    }

    /**
     * What maps are fitted on.
     *
     * @param names of the sources
     * @param rows of each, in doubles: as many everywhere, row r of each about the same thing
     * @param of what rows are about: {@code shared tokens} or {@code texts}
     */
    public record FitRows(List<String> names, List<Matrix> rows, String of) {
        /** Copies the lists. */
        public FitRows {
            names = List.copyOf(names);
            rows = List.copyOf(rows);
        }
    }

    /** What was fitted, and how well. */
    public record Fitted(ParameterSource.Fitted parameters, List<WidthFit> fits) {}

    /**
     * Fits the maps of a combination.
     *
     * @param target the number of the source that others are fitted to, asked for where the method has one
     */
    public static Fitted fit(WidthMethod method, Combination combination, FitRows rows, IntSupplier target) {
        MapFits fit = new MapFits(method, rows);
        fit.run(combination, target);
        return new Fitted(new ParameterSource.Fitted(fit.parameters), fit.fits);
    }

    private void run(Combination combination, IntSupplier target) {
        switch (method) {
            case WidthMethod.Ridge ridge ->
                towards(
                        target.getAsInt(),
                        (x, y) -> Ridge.fit(x, y, Objects.requireNonNull(ridge.alpha()), Ridge.Intercept.FITTED));
            case WidthMethod.Procrustes p -> towards(target.getAsInt(), (x, y) -> Procrustes.fit(x, y, options(p)));
            case WidthMethod.Cca cca -> {
                CcaFit fit = Cca.fit(
                        shared.rows().getFirst(),
                        shared.rows().getLast(),
                        width(combination),
                        Objects.requireNonNull(cca.reg()));
                put(List.of(fit.x(), fit.y()));
            }
            case WidthMethod.Gcca gcca ->
                put(Gcca.fit(shared.rows(), width(combination), Objects.requireNonNull(gcca.reg()))
                        .maps());
            case WidthMethod.Whitening whitening ->
                put(shared.rows().stream()
                        .map(x -> Whitening.fit(
                                x, width(combination), whitening.kind() == null ? WhiteningKind.PCA : whitening.kind()))
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

    private static int width(Combination combination) {
        return Math.toIntExact(combination.maps().getFirst().outputWidth(1));
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

    private void towards(int target, PairFit fit) {
        for (int i = 0; i < shared.rows().size(); i++) {
            if (i != target) {
                put(i, fit.fit(shared.rows().get(i), shared.rows().get(target)));
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
        parameters.put(prefix + "bias", Conversion.convert(doubles(map.bias()), DType.FLOAT));
        fits.add(WidthFit.of(shared.names().get(source), method.method(), shared.of(), map.quality()));
    }

    private static TensorData doubles(double[] values) {
        return new TensorData(DType.DOUBLE, List.of((long) values.length), MemorySegment.ofArray(values));
    }
}
