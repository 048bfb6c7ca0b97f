package io.sinter.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CorrelationTest {

    /** Anscombe's first quartet (1973): r = 0.81642. */
    private static final double[] X = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};

    private static final double[] Y = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};

    @Test
    void pearson_ofAnscombesQuartet_isAsPublished() {
        assertThat(Correlation.pearson(X, Y)).isCloseTo(0.816420516344843, within(1e-12));
    }

    @Test
    void spearman_ofAnscombesQuartet_followsTheRankDifferences() {
        // No ties: 1 - 6 sum(d^2) / (n (n^2 - 1)), with sum(d^2) = 40 and n = 11.
        assertThat(Correlation.spearman(X, Y)).isCloseTo(1 - 6.0 * 40 / (11 * 120), within(1e-12));
    }

    @Test
    void ranks_ofTies_areTheMean() {
        assertThat(Correlation.ranks(new double[] {3, 1, 3, 2, 3})).containsExactly(4, 1, 4, 2, 4);
    }

    @Test
    void spearman_withTies_isPearsonOfMeanRanks() {
        // Ranks 1.5 1.5 3 4 against 1 2 3.5 3.5.
        assertThat(Correlation.spearman(new double[] {1, 1, 2, 3}, new double[] {5, 6, 7, 7}))
                .isCloseTo(4.0 / 4.5, within(1e-12));
    }

    @Test
    void monotoneButBent_isOneBySpearmanOnly() {
        double[] x = {1, 2, 3, 4};
        double[] y = {1, 10, 100, 1000};

        assertThat(Correlation.spearman(x, y)).isCloseTo(1, within(1e-12));
        assertThat(Correlation.pearson(x, y)).isLessThan(0.9);
    }

    @Test
    void constant_hasNoCorrelation() {
        assertThat(Correlation.pearson(new double[] {1, 1}, new double[] {1, 2}))
                .isNaN();
    }

    @Test
    void otherLengths_areACallersMistake() {
        assertThatThrownBy(() -> Correlation.pearson(new double[2], new double[3]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
