package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.combine.Reduction;
import io.sinter.linalg.Pca;
import io.sinter.linalg.PcaFit;
import io.sinter.linalg.PcaOptions;
import io.sinter.parameters.ParameterSource;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** Fits the principal components that a reduction of concatenated tables projects on. */
final class PcaParameters {

    private PcaParameters() {}

    /** The mean and the components, as the parameters of {@link Reduction.Pca}. */
    static ParameterSource.Fitted fit(
            List<TensorData> tables, Reduction.Pca reduction, Combination.Rows rows, PcaOptions.Centring centring) {
        PcaFit fit = Pca.fit(tables, Math.toIntExact(reduction.width()), options(rows, centring));
        return new ParameterSource.Fitted(Map.of(
                Reduction.PREFIX + "mean",
                Conversion.convert(fit.mean(), DType.FLOAT),
                Reduction.PREFIX + "components",
                fit.weight()));
    }

    private static PcaOptions options(Combination.Rows rows, PcaOptions.Centring centring) {
        return new PcaOptions(
                centring,
                switch (rows) {
                    case AS_GIVEN -> PcaOptions.RowScaling.AS_GIVEN;
                    case UNIT_LENGTH -> PcaOptions.RowScaling.UNIT;
                });
    }
}
