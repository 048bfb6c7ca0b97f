package io.sinter.ensemble;

import io.sinter.combine.Combination;
import io.sinter.linalg.Centred;
import io.sinter.linalg.Matrix;
import io.sinter.merge.Combinations;
import io.sinter.merge.Combinations.Vectors;
import io.sinter.merge.MapFits;
import io.sinter.merge.PcaParameters;
import io.sinter.merge.WidthFit;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.FitEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.WidthMethod;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a recipe wants fitted to encoders' vectors of some texts: means of the sources, and maps or a reduction to a width.
 *
 * @param parameters of the combination: those that are fitted
 * @param fits how well the maps, or the reduction, do
 * @param notes what else is worth knowing
 */
public record EncoderFits(Parameters parameters, List<WidthFit> fits, List<String> notes) {

    /** Nothing is fitted. */
    public static final EncoderFits NONE = new EncoderFits(Parameters.NONE, List.of(), List.of());

    private static final String TEXTS = "texts";

    private static final MapFits.Fitted NO_MAPS = new MapFits.Fitted(new ParameterSource.Fitted(Map.of()), List.of());

    /** Copies the lists. */
    public EncoderFits {
        fits = List.copyOf(fits);
        notes = List.copyOf(notes);
    }

    /** Whether a recipe wants anything fitted. */
    static boolean isWanted(Recipe recipe) {
        DimensionEntry dimension = recipe.dimension();
        return recipe.combine().centreSources() || (dimension != null && isFitted(dimension.by()));
    }

    private static boolean isFitted(WidthMethod method) {
        return switch (method) {
            case WidthMethod.ZeroPad pad -> false;
            case WidthMethod.Linear linear -> false;
            case WidthMethod.Pca pca -> true;
            case WidthMethod.Svd svd -> true;
            case WidthMethod.Ridge ridge -> true;
            case WidthMethod.Procrustes procrustes -> true;
            case WidthMethod.Cca cca -> true;
            case WidthMethod.Gcca gcca -> true;
            case WidthMethod.Whitening whitening -> true;
        };
    }

    /**
     * Runs encoders over the recipe's texts, and fits; nothing where nothing is wanted.
     *
     * @throws io.sinter.error.SinterException as {@link FitTexts#require}, or if there are too few texts
     */
    static EncoderFits of(EnsemblePlan plan, BranchVectors encoders) {
        FitEntry fit = plan.recipe().fit();
        if (fit == null || !isWanted(plan.recipe())) {
            return NONE;
        }
        List<String> names = plan.branches().stream().map(Branch::name).toList();
        List<TensorData> vectors = encoders.of(plan.branches(), FitTexts.of(plan.recipe(), fit));
        return of(plan.recipe(), plan.combination(), names, vectors);
    }

    /**
     * Fits.
     *
     * @param combination of the recipe
     * @param names of the encoders
     * @param vectors of each, floats {@code [texts, d]}
     * @throws io.sinter.error.SinterException if there are too few texts, or vectors are not finite
     */
    static EncoderFits of(Recipe recipe, Combination combination, List<String> names, List<TensorData> vectors) {
        List<Matrix> rows = new ArrayList<>();
        Map<String, TensorData> means = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            Matrix matrix = Matrix.copyOf(vectors.get(i)).requireFinite("vectors of " + names.get(i));
            Matrix scaled = combination.rows() == Combination.Rows.UNIT_LENGTH ? matrix.toUnitLength() : matrix;
            if (recipe.combine().centreSources()) {
                Centred centred = Centred.of(scaled);
                means.put(Combination.mapPrefix(i) + "mean", floats(centred.mean()));
                notes.add(centredNote(names.get(i), centred, scaled));
                scaled = centred.matrix();
            }
            rows.add(scaled);
        }
        MapFits.Fitted maps = maps(recipe, combination, new MapFits.FitRows(names, rows, TEXTS));
        means.putAll(maps.parameters().tensors());
        return new EncoderFits(new Parameters(means, Parameters.Training.USABLE), maps.fits(), notes);
    }

    private static MapFits.Fitted maps(Recipe recipe, Combination combination, MapFits.FitRows rows) {
        DimensionEntry dimension = recipe.dimension();
        if (dimension == null) {
            return NO_MAPS;
        }
        return switch (dimension.by()) {
            case WidthMethod.ZeroPad pad -> NO_MAPS;
            case WidthMethod.Linear linear -> NO_MAPS;
            case WidthMethod.Pca pca -> reduction(combination, pca, rows);
            case WidthMethod.Svd svd -> reduction(combination, svd, rows);
            case WidthMethod.Ridge ridge -> eachMapped(dimension, combination, rows);
            case WidthMethod.Procrustes procrustes -> eachMapped(dimension, combination, rows);
            case WidthMethod.Cca cca -> eachMapped(dimension, combination, rows);
            case WidthMethod.Gcca gcca -> eachMapped(dimension, combination, rows);
            case WidthMethod.Whitening whitening -> eachMapped(dimension, combination, rows);
        };
    }

    private static MapFits.Fitted eachMapped(DimensionEntry dimension, Combination combination, MapFits.FitRows rows) {
        return MapFits.fit(dimension.by(), combination, rows, () -> Combinations.fittedTo(dimension, sources(rows)));
    }

    private static MapFits.Fitted reduction(Combination combination, WidthMethod method, MapFits.FitRows rows) {
        List<TensorData> prepared = rows.rows().stream().map(Matrix::toTensor).toList();
        return PcaParameters.fit(prepared, combination.withRows(Combination.Rows.AS_GIVEN), method, TEXTS);
    }

    private static List<Vectors> sources(MapFits.FitRows rows) {
        List<Vectors> sources = new ArrayList<>();
        for (int i = 0; i < rows.names().size(); i++) {
            sources.add(
                    Vectors.ofEncoder(rows.names().get(i), rows.rows().get(i).columns()));
        }
        return sources;
    }

    /** A long mean is what centring is for: vectors of unlike texts are alike as far as they share it. */
    private static String centredNote(String name, Centred centred, Matrix rows) {
        double squares = 0;
        for (double value : centred.mean()) {
            squares += value * value;
        }
        double total = 0;
        for (int r = 0; r < rows.rows(); r++) {
            double length = 0;
            for (int i = 0; i < rows.columns(); i++) {
                length += rows.get(r, i) * rows.get(r, i);
            }
            total += Math.sqrt(length);
        }
        return String.format(
                Locale.ROOT,
                "%s: the mean vector of %,d texts, which is taken off, has a length of %.3f; a vector's mean length is %.3f",
                name,
                rows.rows(),
                Math.sqrt(squares),
                total / rows.rows());
    }

    private static TensorData floats(double[] values) {
        TensorData doubles = new TensorData(DType.DOUBLE, List.of((long) values.length), MemorySegment.ofArray(values));
        return Conversion.convert(doubles, DType.FLOAT);
    }
}
