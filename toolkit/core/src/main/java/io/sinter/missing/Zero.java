package io.sinter.missing;

import io.sinter.linalg.Matrix;
import java.util.Set;

/** Rows of zeros. */
public record Zero() implements MissingRows {

    @Override
    public Set<Need> needs() {
        return Set.of();
    }

    @Override
    public Matrix fill(Lack lack) {
        return Matrix.allocate(lack.missing().length, lack.own().columns());
    }
}
