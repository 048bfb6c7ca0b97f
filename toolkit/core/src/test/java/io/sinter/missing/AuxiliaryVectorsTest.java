package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrices;
import io.sinter.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuxiliaryVectorsTest {

    private static AuxiliaryOptions options(int width, int window, long seed) {
        return new AuxiliaryOptions("text.txt", width, window, seed);
    }

    @Test
    void counts_oneSequence_areOfPairsWithinTheWindow() {
        Cooccurrences.Counter counter = new Cooccurrences.Counter(4, 2);
        counter.add(new int[] {0, 1, 2, 0});
        counter.add(new int[] {3});

        Cooccurrences counted = counter.finish();

        // 0-1, 0-2, 1-2, 1-0, 2-0, each both ways.
        assertThat(counted.starts()).containsExactly(0, 2, 4, 6, 6);
        assertThat(counted.columns()).containsExactly(1, 2, 0, 2, 0, 1);
        assertThat(counted.counts()).containsExactly(2, 2, 2, 1, 2, 1);
    }

    @Test
    void counts_moreThanFitInABatch_areMerged() {
        Cooccurrences.Counter counter = new Cooccurrences.Counter(2, 1);
        for (int i = 0; i < 600_000; i++) {
            counter.add(new int[] {0, 1});
        }

        assertThat(counter.finish().counts()).containsExactly(600_000, 600_000);
    }

    @Test
    void information_byHand_isPositivePartOfTheLogarithm() {
        // Rows: [0, 6, 0], [6, 0, 1], [0, 1, 0]; sums 6, 7, 1; all 14.
        Cooccurrences counts =
                new Cooccurrences(new int[] {0, 1, 3, 4}, new int[] {1, 0, 2, 1}, new double[] {6, 6, 1, 1});

        assertThat(counts.positiveInformation().counts())
                .containsExactly(new double[] {Math.log(2), Math.log(2), Math.log(2), Math.log(2)}, within(1e-15));
    }

    /** Tokens 0-9 speak with 20-29, 10-19 with 30-39. */
    private static List<int[]> twoTopics(long seed) {
        Random random = new Random(seed);
        List<int[]> sentences = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            int topic = random.nextInt(2) * 10;
            sentences.add(random.ints(8, 0, 20)
                    .map(word -> word < 10 ? topic + word : 20 + topic + word - 10)
                    .toArray());
        }
        return sentences;
    }

    @Test
    void train_twoTopics_vectorsOfATopicAreAlike() {
        Matrix vectors = AuxiliaryVectors.train(twoTopics(1).stream(), 41, options(8, 5, 3));

        assertThat(vectors.rows()).isEqualTo(41);
        assertThat(vectors.columns()).isEqualTo(8);
        Matrix unit = vectors.toUnitLength();
        Matrix cosines = Blas.product(unit.asIs(), unit.transposed());
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                boolean sameTopic = i / 10 % 2 == j / 10 % 2;
                assertThat(cosines.get(i, j) > 0.5).as("%d and %d", i, j).isEqualTo(sameTopic);
            }
        }
        Matrices.assertClose(vectors.gather(40), Matrix.allocate(1, 8), 1e-12);
    }

    @Test
    void train_fullWidth_vectorsMultiplyToTheInformation() {
        Cooccurrences.Counter counter = new Cooccurrences.Counter(40, 5);
        twoTopics(2).forEach(counter::add);
        Cooccurrences information = counter.finish().positiveInformation();
        Matrix dense = Matrix.allocate(40, 40);
        for (int row = 0; row < 40; row++) {
            for (int i = information.starts()[row]; i < information.starts()[row + 1]; i++) {
                dense.set(row, information.columns()[i], information.counts()[i]);
            }
        }

        Matrix vectors = AuxiliaryVectors.train(twoTopics(2).stream(), 40, options(100, 5, 3));

        // U|Λ|Uᵀ is the root of M²: squared, the signs of the eigenvalues are gone.
        assertThat(vectors.columns()).isEqualTo(40);
        Matrix size = Blas.product(vectors.asIs(), vectors.transposed());
        Matrices.assertClose(Blas.product(size.asIs(), size.asIs()), Blas.product(dense.asIs(), dense.asIs()), 1e-9);
    }

    @Test
    void train_twice_givesTheSameBitsAndAnotherSeedTheSameLikeness() {
        Matrix one = AuxiliaryVectors.train(twoTopics(4).stream(), 40, options(5, 5, 1));

        assertThat(one.data()
                        .mismatch(AuxiliaryVectors.train(twoTopics(4).stream(), 40, options(5, 5, 1))
                                .data()))
                .isEqualTo(-1);
        assertThat(one.data()
                        .mismatch(AuxiliaryVectors.train(twoTopics(4).stream(), 40, options(5, 5, 2))
                                .data()))
                .isNotEqualTo(-1);
    }

    @Test
    void train_nothingBesideAnything_isRefused() {
        assertThatThrownBy(() -> AuxiliaryVectors.train(Stream.of(new int[] {1}, new int[] {}), 3, options(2, 5, 0)))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("text.txt: no two tokens beside each other: got a text too short to train vectors on");
        assertThatThrownBy(() -> AuxiliaryVectors.train(Stream.of(new int[] {1, 3}), 3, options(2, 5, 0)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> options(0, 5, 0)).isInstanceOf(RecipeException.class);
    }

    @Test
    void focus_auxiliaryVectors_takeTheGuidesPlace() {
        Focus focus = new Focus(options(8, 5, 3));
        Matrix vectors = AuxiliaryVectors.train(twoTopics(5).stream(), 40, options(8, 5, 3));
        Matrix own = Matrix.allocate(39, 2);
        int[] shared = new int[39];
        for (int i = 0; i < 39; i++) {
            shared[i] = i;
            own.set(i, i / 10 % 2, 1);
        }
        Lack lack = new Lack(own, Matrices.gaussian(40, 6, 1), shared, shared, new int[] {39}, List.of());

        Matrix filled = focus.fill(lack.withGuide(vectors));

        assertThat(focus.auxiliary()).isNotNull();
        Matrices.assertClose(filled, Matrices.of(new double[] {0, 1}), 1e-9);
    }
}
