package io.sinter.linalg;

/**
 * What a Procrustes map may do besides turning.
 *
 * @param scaling whether it stretches
 * @param centring whether it moves the mean of the one table to that of the other
 * @param orientation whether it may mirror
 */
public record ProcrustesOptions(Scaling scaling, Centring centring, Orientation orientation) {

    /** Orthogonal, no scale, about the origin: what "orthogonal Procrustes" means. */
    public static final ProcrustesOptions ORTHOGONAL =
            new ProcrustesOptions(Scaling.NONE, Centring.ORIGIN, Orientation.ANY);

    /** One factor for all directions and means brought together: the similarity transform that fits best. */
    public static final ProcrustesOptions SIMILARITY =
            new ProcrustesOptions(Scaling.UNIFORM, Centring.MEAN, Orientation.ANY);

    /** Lengths. */
    public enum Scaling {
        /** Kept. */
        NONE,
        /** Multiplied by the one factor that fits best. */
        UNIFORM
    }

    /** What the map turns about. */
    public enum Centring {
        /** The origin. */
        ORIGIN,
        /** The mean rows, which are mapped to each other. */
        MEAN
    }

    /** Whether mirrors are allowed. */
    public enum Orientation {
        /** Determinant 1 or −1, whichever fits better. */
        ANY,
        /** Determinant 1, for tables of one width (Kabsch, Acta Crystallographica A32, 1976). */
        ROTATION
    }
}
