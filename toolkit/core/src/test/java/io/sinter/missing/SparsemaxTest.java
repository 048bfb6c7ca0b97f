package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.missing.Neighbours.Weighed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SparsemaxTest {

    @Test
    void sparsemax_byHand_isTheProjection() {
        Weighed weighed = Focus.sparsemax(new double[] {0.1, 1.0, 0.8, 0.7, -1});

        assertThat(weighed.points()).containsExactly(1, 2, 3);
        assertThat(weighed.weights()).containsExactly(new double[] {0.5, 0.3, 0.2}, within(1e-15));
    }

    @Test
    void sparsemax_equalScores_shareEqually() {
        assertThat(Focus.sparsemax(new double[] {0, 0, 0, 0}).weights()).containsExactly(0.25, 0.25, 0.25, 0.25);
    }

    /** The projection onto the simplex is where no other point of it is nearer: gradients agree on the support. */
    @RepeatedTest(20)
    void sparsemax_randomScores_meetTheConditionsOfTheProjection(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        double[] scores = random.doubles(50, -1, 1).toArray();

        Weighed weighed = Focus.sparsemax(scores);

        assertThat(Arrays.stream(weighed.weights()).sum()).isCloseTo(1, within(1e-12));
        double threshold = scores[weighed.points()[0]] - weighed.weights()[0];
        double[] dense = new double[50];
        for (int i = 0; i < weighed.points().length; i++) {
            dense[weighed.points()[i]] = weighed.weights()[i];
            assertThat(weighed.weights()[i]).isPositive();
            assertThat(scores[weighed.points()[i]] - weighed.weights()[i]).isCloseTo(threshold, within(1e-12));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(dense[i] > 0 || scores[i] <= threshold + 1e-12).isTrue();
        }
    }
}
