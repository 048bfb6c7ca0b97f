package io.sinter.missing;

import io.sinter.linalg.Matrix;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way to make embedding rows for tokens that a model lacks. Implemented by records, whose components are the keys that a
 * recipe takes; {@link MissingMethods} lists them.
 *
 * <p><b>Contract.</b> A row depends on its own token (guide row or pieces) and on what is shared, never on the other missing
 * tokens or their order. Likeness is measured in the guide. Columns that follow the table leave the table's rows as they are, and
 * follow with the same coefficients where a method has some. Same input and seed, same result.
 */
public interface MissingRows {

    /** The kebab-case name in recipes, made of the record's: {@code RandomNormal} is {@code random-normal}. */
    default String method() {
        return MissingMethods.method(getClass());
    }

    /** What a method looks at besides the table that is filled. */
    enum Need {
        /** Tokens that both models have, and the guide's rows. */
        SHARED,
        /** The pieces that a missing token's text is made of. */
        PIECES,
        /** Vectors of the guide's tokens trained on a text, as {@link #auxiliary} says, in the place of the guide. */
        AUXILIARY
    }

    /** What this method looks at, so that a planner can say what is absent before work starts. */
    Set<Need> needs();

    /** How to train the vectors that stand in for the guide ({@link Lack#withGuide}), if this method wants that. */
    default @Nullable AuxiliaryOptions auxiliary() {
        return null;
    }

    /**
     * Makes the rows.
     *
     * @return float64 {@code [lack.missing().length, lack.own().columns()]}, in the order of {@code missing}; new
     * @throws io.sinter.error.IncompatibleException if what the method needs is not there, such as shared tokens
     * @throws io.sinter.error.MalformedException if an element of a table that is read is infinite or not a number
     */
    Matrix fill(Lack lack);
}
