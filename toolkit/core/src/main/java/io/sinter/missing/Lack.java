package io.sinter.missing;

import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * A table that lacks tokens, and one that has them.
 *
 * @param own all rows of the model that lacks tokens, {@code [rows, d]}: the table's columns first, then any that follow it,
 *     such as biases of a head
 * @param guide all rows of the model that has the tokens, {@code [rows', g]}: where likeness is measured
 * @param sharedOwn rows of {@code own} whose tokens both models have; trained ones only, each once
 * @param sharedGuide the rows of {@code guide} of the same tokens, in the same order; each once
 * @param missing rows of {@code guide} of the tokens to make; may be empty
 * @param pieces for each missing token the rows of {@code own} that its text is made of; empty where nobody asked for them
 * @param tableColumns how many of {@code own}'s columns are the table's
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Lack(
        Matrix own,
        Matrix guide,
        int[] sharedOwn,
        int[] sharedGuide,
        int[] missing,
        List<Pieces> pieces,
        int tableColumns) {

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
        Objects.checkFromToIndex(0, tableColumns, own.columns());
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

    /** Where all columns are the table's. */
    public Lack(Matrix own, Matrix guide, int[] sharedOwn, int[] sharedGuide, int[] missing, List<Pieces> pieces) {
        this(own, guide, sharedOwn, sharedGuide, missing, pieces, own.columns());
    }

    /** The same with the columns from this one on following the table. */
    public Lack withTableColumns(int columns) {
        return new Lack(own, guide, sharedOwn, sharedGuide, missing, pieces, columns);
    }

    /** The same with likeness measured in other vectors of the guide's tokens, such as {@link AuxiliaryVectors}. */
    public Lack withGuide(Matrix vectors) {
        return new Lack(own, vectors, sharedOwn, sharedGuide, missing, pieces, tableColumns);
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

    /** The table's columns of these rows. */
    Matrix tableOf(Matrix rows) {
        return rows.columns() == tableColumns ? rows : rows.columns(0, tableColumns);
    }

    /**
     * Rows made for the table, with the columns that follow it: where they cannot take part in what made the rows, they are
     * predicted from the guide by {@link Ridge}.
     */
    Matrix followed(Matrix tableRows) {
        if (tableColumns == own.columns()) {
            return tableRows;
        }
        Matrix all = new Ridge(null).fill(this);
        long bytes = (long) tableColumns * Double.BYTES;
        for (int row = 0; row < all.rows(); row++) {
            MemorySegment.copy(tableRows.row(row), 0, all.row(row), 0, bytes);
        }
        return all;
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
