package io.sinter.missing;

import io.sinter.linalg.AffineMap;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.Pca;
import io.sinter.linalg.PcaFit;
import io.sinter.linalg.PcaOptions;
import io.sinter.linalg.ProcrustesOptions;
import java.util.List;
import java.util.Set;

/**
 * The guide's rows in the principal components of the shared tokens ("landmarks"), turned to those of the own table and
 * placed back there: with the r leading components of both centred tables as rows of {@code Vg} and {@code Vo}, r the smaller
 * width, and R the rotation that brings the shared tokens' projections together (orthogonal Procrustes), the new row is
 * {@code (x − mean_g) Vgᵀ R Vo + mean_o}. R makes up for the components' arbitrary signs.
 */
public record LandmarkPca() implements MissingRows {

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SHARED);
    }

    @Override
    public Matrix fill(Lack lack) {
        int shared = lack.requireShared(method());
        Matrix guide = lack.guidePoints();
        Matrix own = lack.tableOf(lack.ownPoints());
        int components = Math.min(shared, Math.min(guide.columns(), own.columns()));
        PcaFit fromGuide = Pca.fit(List.of(guide.toTensor()), components, PcaOptions.PCA);
        PcaFit fromOwn = Pca.fit(List.of(own.toTensor()), components, PcaOptions.PCA);
        AffineMap turn = io.sinter.linalg.Procrustes.fit(
                fromGuide.project(guide), fromOwn.project(own), ProcrustesOptions.ORTHOGONAL);
        return lack.followed(fromOwn.restore(turn.apply(fromGuide.project(lack.targets()))));
    }
}
