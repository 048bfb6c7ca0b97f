package io.sinter.missing;

import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Matrix;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A combination {@code Σ wᵢ eᵢ} of the own rows of the pieces that the token's text is made of. Tokens that have no pieces
 * get zeros.
 *
 * @param weights how pieces weigh; {@link Weights#MEAN} if null
 */
public record Subtoken(@Nullable Weights weights) implements MissingRows {

    /** Weights of n pieces, of which piece i = 1 … n is lᵢ characters long. */
    public enum Weights {
        /** 1/n each. */
        MEAN,
        /** 1 each. */
        SUM,
        /** lᵢ / Σ l: long pieces say more. */
        LENGTH,
        /** i / Σ i: the last piece weighs most, as what a causal model has read when the word ends. */
        POSITION,
        /** (n + 1 − i) / Σ i: the first piece weighs most, as what an output head has to begin with. */
        REVERSED_POSITION,
        /** The first piece alone. */
        FIRST,
        /** The last piece alone. */
        LAST
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.PIECES);
    }

    @Override
    public Matrix fill(Lack lack) {
        if (lack.pieces().size() != lack.missing().length) {
            throw new IncompatibleException(
                    "missing: subtoken: got no pieces of the missing tokens; it needs the own model's tokenizer to cut their text");
        }
        Matrix own = lack.own();
        Matrix filled = Matrix.allocate(lack.missing().length, own.columns());
        for (int token = 0; token < filled.rows(); token++) {
            Pieces pieces = lack.pieces().get(token);
            double total = total(pieces);
            for (int i = 0; i < pieces.rows().length; i++) {
                double weight = weight(pieces, i) / total;
                for (int column = 0; column < own.columns(); column++) {
                    double sum = filled.get(token, column) + weight * own.get(pieces.rows()[i], column);
                    filled.set(token, column, sum);
                }
            }
        }
        return filled.requireFinite("the rows made of pieces");
    }

    private double total(Pieces pieces) {
        if (weights == Weights.SUM) {
            return 1;
        }
        double total = 0;
        for (int i = 0; i < pieces.rows().length; i++) {
            total += weight(pieces, i);
        }
        return total;
    }

    private double weight(Pieces pieces, int i) {
        int last = pieces.rows().length - 1;
        return switch (weights == null ? Weights.MEAN : weights) {
            case MEAN, SUM -> 1;
            case LENGTH -> pieces.lengths()[i];
            case POSITION -> i + 1;
            case REVERSED_POSITION -> last + 1 - i;
            case FIRST -> i == 0 ? 1 : 0;
            case LAST -> i == last ? 1 : 0;
        };
    }
}
