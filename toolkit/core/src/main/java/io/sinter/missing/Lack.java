package io.sinter.missing;

import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Matrix;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * A table that lacks tokens, and one that has them.
 *
 * @param own all rows of the model that lacks tokens, {@code [rows, d]}; columns may be appended to the table's, such as
 *     biases of a head: they get the same coefficients
 * @param guide all rows of the model that has the tokens, {@code [rows', g]}: where likeness is measured
 * @param sharedOwn rows of {@code own} whose tokens both models have; trained ones only, each once
 * @param sharedGuide the rows of {@code guide} of the same tokens, in the same order; each once
 * @param missing rows of {@code guide} of the tokens to make; may be empty
 * @param pieces for each missing token the rows of {@code own} that its text is made of; empty where nobody asked for them
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Lack(Matrix own, Matrix guide, int[] sharedOwn, int[] sharedGuide, int[] missing, List<Pieces> pieces) {

    /**
     * Checks that the rows are there.
     *
     * @throws IllegalArgumentException if the shared rows are not pairs or one comes twice, or pieces are not one a token
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public Lack {
        if (sharedOwn.length != sharedGuide.length) {
            throw new IllegalArgumentException("%d shared rows of the own table beside %d of the guide"
                    .formatted(sharedOwn.length, sharedGuide.length));
        }
        requireDistinct(sharedOwn, own.rows());
        requireDistinct(sharedGuide, guide.rows());
        for (int row : missing) {
            Objects.checkIndex(row, guide.rows());
        }
        pieces = List.copyOf(pieces);
        if (!pieces.isEmpty() && pieces.size() != missing.length) {
            throw new IllegalArgumentException(
                    "pieces of %d tokens, but %d are missing".formatted(pieces.size(), missing.length));
        }
        for (Pieces token : pieces) {
            for (int row : token.rows()) {
                Objects.checkIndex(row, own.rows());
            }
        }
    }

    /** The same with likeness measured in other vectors of the guide's tokens, such as {@link AuxiliaryVectors}. */
    public Lack withGuide(Matrix vectors) {
        return new Lack(own, vectors, sharedOwn, sharedGuide, missing, pieces);
    }

    /** The guide's rows of the missing tokens, {@code [missing, g]}: a copy, checked. */
    Matrix targets() {
        return guide.gather(missing).requireFinite("the guide's rows of the missing tokens");
    }

    /** The guide's rows of the shared tokens, {@code [shared, g]}: a copy, checked. */
    Matrix guidePoints() {
        return guide.gather(sharedGuide).requireFinite("the guide's rows of the shared tokens");
    }

    /** The own rows of the shared tokens, {@code [shared, d]}: a copy, checked. */
    Matrix ownPoints() {
        return own.gather(sharedOwn).requireFinite("the own rows of the shared tokens");
    }

    /**
     * Number of shared tokens.
     *
     * @throws IncompatibleException if there are none
     */
    int requireShared(String method) {
        if (sharedOwn.length == 0) {
            throw new IncompatibleException(
                    "missing: %s: got no token that both vocabularies have, expected one at least; use zero, mean or random-normal"
                            .formatted(method));
        }
        return sharedOwn.length;
    }

    private static void requireDistinct(int[] rows, int count) {
        BitSet seen = new BitSet(count);
        for (int row : rows) {
            Objects.checkIndex(row, count);
            if (seen.get(row)) {
                throw new IllegalArgumentException("row " + row + " is shared twice; pairs are one-to-one");
            }
            seen.set(row);
        }
    }
}
