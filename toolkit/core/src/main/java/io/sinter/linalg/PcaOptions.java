package io.sinter.linalg;

/**
 * What a principal component analysis does to its rows first.
 *
 * @param centring whether the mean row is taken off
 * @param scaling whether each table's rows are brought to length 1
 */
public record PcaOptions(Centring centring, RowScaling scaling) {

    /** Centred, rows as they are: what "PCA" means. */
    public static final PcaOptions PCA = new PcaOptions(Centring.MEAN, RowScaling.AS_GIVEN);

    /** Not centred, rows as they are: the truncated singular value decomposition. */
    public static final PcaOptions SVD = new PcaOptions(Centring.ORIGIN, RowScaling.AS_GIVEN);

    /** What the components turn about. */
    public enum Centring {
        /** The mean row. */
        MEAN,
        /** The origin. */
        ORIGIN
    }

    /** Lengths of the rows. */
    public enum RowScaling {
        /** As they are. */
        AS_GIVEN,
        /** Each row of each table divided by its Euclidean length, before tables are concatenated; zero rows stay. */
        UNIT
    }
}
