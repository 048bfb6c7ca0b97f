package io.sinter.linalg;

/** Which of the maps that make variances 1 and covariances 0. */
public enum WhiteningKind {
    /** Onto the k principal directions: {@code Λ^(−1/2) Vᵀ}, to width k. */
    PCA,
    /**
     * The same turned back to the original directions: {@code V Λ^(−1/2) Vᵀ}, to the width that it had. With all directions
     * it moves rows least of all such maps; with fewer, the others become zero.
     */
    ZCA
}
