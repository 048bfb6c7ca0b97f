package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.combine.Reduction;
import io.sinter.linalg.Pca;
import io.sinter.linalg.PcaFit;
import io.sinter.linalg.PcaOptions;
import io.sinter.linalg.PcaOptions.Centring;
import io.sinter.parameters.ParameterSource;
import io.sinter.recipe.WidthMethod;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** Fits the principal components that a reduction of concatenated vectors projects on. */
public final class PcaParameters {

    private PcaParameters() {}

    /**
     * The mean and the components, as the parameters of {@link Reduction.Pca}.
     *
     * @param tables of as many rows each
     * @param method {@code by: pca} or {@code by: svd}
     * @param of what their rows are about: {@code shared tokens} or {@code texts}
     */
    public static MapFits.Fitted fit(List<TensorData> tables, Combination combination, WidthMethod method, String of) {
        if (!(combination.reduction() instanceof Reduction.Pca reduction)) {
            throw new IllegalArgumentException(method.method() + " makes a reduction");
        }
        Centring centring = method instanceof WidthMethod.Svd ? Centring.ORIGIN : Centring.MEAN;
        PcaFit fit = Pca.fit(tables, Math.toIntExact(reduction.width()), options(combination.rows(), centring));
        ParameterSource.Fitted parameters = new ParameterSource.Fitted(Map.of(
                Reduction.PREFIX + "mean",
                Conversion.convert(fit.mean(), DType.FLOAT),
                Reduction.PREFIX + "components",
                fit.weight()));
        int rows = Math.toIntExact(tables.getFirst().dim(0));
        return new MapFits.Fitted(parameters, List.of(WidthFit.of(method.method(), of, fit, rows)));
    }

    private static PcaOptions options(Combination.Rows rows, Centring centring) {
        return new PcaOptions(
                centring,
                switch (rows) {
                    case AS_GIVEN -> PcaOptions.RowScaling.AS_GIVEN;
                    case UNIT_LENGTH -> PcaOptions.RowScaling.UNIT;
                });
    }
}
