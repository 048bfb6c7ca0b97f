package io.sinter.linalg;

import io.sinter.error.IncompatibleException;

/** What fits on two tables, row beside row, need of them. */
final class Pairs {

    private Pairs() {}

    /**
     * Checks two tables.
     *
     * @throws IncompatibleException if they have different numbers of rows, or none
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    static void require(String method, Matrix x, Matrix y) {
        requireShapes(method, x, y);
        x.requireFinite(method + ": first table");
        y.requireFinite(method + ": second table");
    }

    /**
     * Checks the shapes of two tables.
     *
     * @throws IncompatibleException if they have different numbers of rows, or none
     */
    static void requireShapes(String method, Matrix x, Matrix y) {
        if (x.rows() != y.rows()) {
            throw new IncompatibleException("%s: tables of %d x %d and %d x %d: the numbers of rows differ"
                    .formatted(method, x.rows(), x.columns(), y.rows(), y.columns()));
        }
        if (x.rows() == 0 || x.columns() == 0 || y.columns() == 0) {
            throw new IncompatibleException("%s: tables of %d x %d and %d x %d: there is nothing to fit"
                    .formatted(method, x.rows(), x.columns(), y.rows(), y.columns()));
        }
    }
}
