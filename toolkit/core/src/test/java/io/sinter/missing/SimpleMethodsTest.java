package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.linalg.Matrices;
import io.sinter.linalg.Matrix;
import io.sinter.missing.Subtoken.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods that look at one table only. */
class SimpleMethodsTest {

    private static final Matrix OWN =
            Matrices.of(new double[] {1, 10}, new double[] {2, 20}, new double[] {3, 30}, new double[] {6, 60});

    private static Lack lack(int missing, Pieces... pieces) {
        int[] rows = new int[missing];
        for (int i = 0; i < missing; i++) {
            rows[i] = i;
        }
        return new Lack(OWN, Matrix.allocate(missing, 1), new int[0], new int[0], rows, List.of(pieces));
    }

    @Test
    void zero_anyTable_isZeros() {
        Matrices.assertClose(new Zero().fill(lack(2)), Matrix.allocate(2, 2), 0);
    }

    @Test
    void mean_ofTheTable_isInEveryRow() {
        Matrices.assertClose(new Mean().fill(lack(2)), Matrices.of(new double[] {3, 30}, new double[] {3, 30}), 1e-14);
    }

    @Test
    void mean_nanInTheTable_isRefusedWithItsRow() {
        Matrix own = OWN.copy();
        own.set(2, 1, Double.POSITIVE_INFINITY);
        Lack lack = new Lack(own, OWN, new int[0], new int[0], new int[] {0}, List.of());

        assertThatThrownBy(() -> new Mean().fill(lack))
                .isInstanceOf(MalformedException.class)
                .hasMessage("the own table: row 2, column 1 is Infinity, expected a finite number");
    }

    @Test
    void randomNormal_manyRows_haveTheColumnsMeanAndDeviation() {
        ColumnStatistics drawn = ColumnStatistics.of(new RandomNormal(5L).fill(lack(20_000)));

        ColumnStatistics own = ColumnStatistics.of(OWN);
        assertThat(own.deviation()).containsExactly(new double[] {Math.sqrt(3.5), Math.sqrt(350)}, within(1e-12));
        assertThat(drawn.mean()[0]).isCloseTo(3, within(0.05));
        assertThat(drawn.mean()[1]).isCloseTo(30, within(0.5));
        assertThat(drawn.deviation()[0]).isCloseTo(own.deviation()[0], within(0.05));
        assertThat(drawn.deviation()[1]).isCloseTo(own.deviation()[1], within(0.5));
    }

    @Test
    void randomNormal_anotherSeed_isAnotherRow() {
        Matrix one = new RandomNormal(1L).fill(lack(3));

        assertThat(Matrices.distance(one, new RandomNormal(1L).fill(lack(3)))).isZero();
        assertThat(Matrices.distance(one, new RandomNormal(2L).fill(lack(3)))).isGreaterThan(0.1);
        assertThat(Matrices.distance(new RandomNormal(null).fill(lack(3)), new RandomNormal(0L).fill(lack(3))))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "MEAN, 3.6666666666666665",
        "SUM, 11",
        "LENGTH, 4.4",
        "POSITION, 4.333333333333333",
        "REVERSED_POSITION, 3.0",
        "FIRST, 2",
        "LAST, 6"
    })
    void subtoken_threePieces_areWeighed(Weights weights, double expected) {
        Pieces pieces = new Pieces(new int[] {1, 2, 3}, new int[] {1, 4, 5});

        Matrix filled = new Subtoken(weights).fill(lack(1, pieces));

        Matrices.assertClose(filled, Matrices.of(new double[] {expected, 10 * expected}), 1e-13);
    }

    @Test
    void subtoken_noPieces_areZeros() {
        Matrices.assertClose(new Subtoken(null).fill(lack(1, Pieces.NONE)), Matrix.allocate(1, 2), 0);
    }

    @Test
    void subtoken_withoutPieces_saysWhatItNeeds() {
        assertThatThrownBy(() -> new Subtoken(Weights.MEAN).fill(lack(2)))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage(
                        "missing: subtoken: got no pieces of the missing tokens; it needs the own model's tokenizer to cut their text");
    }
}
