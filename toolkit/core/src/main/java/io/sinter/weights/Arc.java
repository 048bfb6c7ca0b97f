package io.sinter.weights;

import java.util.List;

/** Spherical linear interpolation between two vectors: Shoemake, "Animating rotation with quaternion curves", 1985. */
final class Arc {

    private Arc() {}

    /**
     * The coefficients of X₀ and X₁ at t: {@code sin((1 − t)θ)/sin θ} and {@code sin(tθ)/sin θ}, where θ is the angle between
     * the vectors; {@code 1 − t} and {@code t} where they are nearly parallel or opposite, or one is zero.
     *
     * @param parallel the sine of the angle below which vectors count as parallel
     */
    static List<Double> coefficients(Gram gram, double t, double parallel) {
        double cosine = gram.cosine(0, 1);
        double sine = Math.sqrt((1 - cosine) * (1 + cosine));
        if (sine < parallel || gram.norm(0) == 0 || gram.norm(1) == 0) {
            return List.of(1 - t, t);
        }
        double theta = Math.acos(cosine);
        double sin = Math.sin(theta);
        return List.of(Math.sin((1 - t) * theta) / sin, Math.sin(t * theta) / sin);
    }
}
