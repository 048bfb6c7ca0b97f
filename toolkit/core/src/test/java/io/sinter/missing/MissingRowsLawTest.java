package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrices;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.ProcrustesOptions.Centring;
import io.sinter.linalg.ProcrustesOptions.Scaling;
import io.sinter.missing.MissingRows.Need;
import io.sinter.missing.Nearest.Metric;
import io.sinter.missing.Nearest.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method of {@link MissingMethods} keeps to. */
class MissingRowsLawTest {

    private static final int SHARED = 60;
    private static final int MISSING = 25;
    private static final int GUIDE_WIDTH = 12;
    private static final int OWN_WIDTH = 8;

    static List<MissingRows> methods() {
        List<MissingRows> methods = new ArrayList<>(List.of(
                new Zero(),
                new Mean(),
                new RandomNormal(7L),
                new Focus(null),
                new Procrustes(null, null),
                new Ridge(null),
                new Omp(null),
                new Omp(5),
                new MatchingPursuit(2, 2, 5, null),
                new LandmarkPca(),
                new SparseBasis(null)));
        for (Subtoken.Weights weights : Subtoken.Weights.values()) {
            methods.add(new Subtoken(weights));
        }
        for (Metric metric : Metric.values()) {
            for (Weights weights : Weights.values()) {
                methods.add(new Nearest(null, metric, weights));
            }
        }
        return methods;
    }

    static Stream<MissingRows> measuring() {
        return methods().stream().filter(method -> method.needs().contains(Need.SHARED));
    }

    private static Lack lack(long seed) {
        Random random = new Random(seed);
        Matrix own = Matrices.gaussian(SHARED + 11, OWN_WIDTH, seed);
        Matrix guide = Matrices.gaussian(SHARED + MISSING + 4, GUIDE_WIDTH, seed + 1);
        int[] rows = shuffled(guide.rows(), random);
        int[] missing = Arrays.copyOfRange(rows, SHARED, SHARED + MISSING);
        List<Pieces> pieces = IntStream.range(0, MISSING)
                .mapToObj(i -> {
                    int[] parts = random.ints(1 + i % 4, 0, own.rows()).toArray();
                    return new Pieces(
                            parts, IntStream.of(parts).map(part -> 1 + part % 5).toArray());
                })
                .toList();
        int[] sharedOwn = Arrays.copyOf(shuffled(own.rows(), random), SHARED);
        return new Lack(own, guide, sharedOwn, Arrays.copyOf(rows, SHARED), missing, pieces);
    }

    private static int[] shuffled(int count, Random random) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        java.util.Collections.shuffle(all, random);
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Lack with(Lack lack, Matrix own, Matrix guide) {
        return new Lack(own, guide, lack.sharedOwn(), lack.sharedGuide(), lack.missing(), lack.pieces());
    }

    private static Lack missing(Lack lack, int... which) {
        int[] rows = IntStream.of(which).map(i -> lack.missing()[i]).toArray();
        List<Pieces> pieces = lack.pieces().isEmpty()
                ? List.of()
                : IntStream.of(which).mapToObj(lack.pieces()::get).toList();
        return new Lack(lack.own(), lack.guide(), lack.sharedOwn(), lack.sharedGuide(), rows, pieces);
    }

    @Test
    void methods_ofTheLaws_areAllThatThereAre() {
        assertThat(methods().stream().map(MissingRows::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(MissingMethods.BUILT_IN);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void fill_twice_givesFiniteRowsOfTheSameBits(MissingRows method) {
        Lack lack = lack(1);

        Matrix filled = method.fill(lack).requireFinite(method.method());

        assertThat(filled.rows()).isEqualTo(MISSING);
        assertThat(filled.columns()).isEqualTo(OWN_WIDTH);
        assertThat(filled.data().mismatch(method.fill(lack).data())).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void fill_missingTokensInAnotherOrder_givesTheSameRows(MissingRows method) {
        Lack lack = lack(2);
        int[] order = shuffled(MISSING, new Random(3));

        Matrix filled = method.fill(lack).gather(order);

        Matrices.assertClose(method.fill(missing(lack, order)), filled, 1e-9);
        Matrices.assertClose(method.fill(missing(lack, order[4])), filled.gather(4), 1e-9);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void fill_nothingMissing_givesNoRows(MissingRows method) {
        Matrix filled = method.fill(missing(lack(4)));

        assertThat(filled.rows()).isZero();
        assertThat(filled.columns()).isEqualTo(OWN_WIDTH);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void fill_columnsAppended_leaveTheFirstOnes(MissingRows method) {
        Lack lack = lack(5);
        Matrix wide = Matrices.gaussian(lack.own().rows(), OWN_WIDTH + 4, 6);
        Matrix narrow = method.fill(with(lack, wide.columns(0, OWN_WIDTH), lack.guide()));

        Matrix filled = method.fill(with(lack, wide, lack.guide()).withTableColumns(OWN_WIDTH));

        assertThat(filled.columns()).isEqualTo(OWN_WIDTH + 4);
        Matrices.assertClose(filled.columns(0, OWN_WIDTH), narrow, 1e-10);
        if (!(method instanceof Zero)) {
            assertThat(Matrices.distance(filled.columns(OWN_WIDTH, OWN_WIDTH + 4), Matrix.allocate(MISSING, 4)))
                    .isGreaterThan(1e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("measuring")
    void fill_noSharedToken_isRefused(MissingRows method) {
        Lack lack = lack(7);
        Lack none = new Lack(lack.own(), lack.guide(), new int[0], new int[0], lack.missing(), lack.pieces());

        assertThatThrownBy(() -> method.fill(none))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage(
                        "missing: %s: got no token that both vocabularies have, expected one at least; use zero, mean or random-normal",
                        method.method());
    }

    @ParameterizedTest
    @MethodSource("measuring")
    void fill_oneSharedToken_works(MissingRows method) {
        Lack lack = lack(8);
        Lack one = new Lack(
                lack.own(),
                lack.guide(),
                new int[] {lack.sharedOwn()[0]},
                new int[] {lack.sharedGuide()[0]},
                lack.missing(),
                lack.pieces());

        if (method instanceof Procrustes) {
            // Nothing is left of one row once it is centred.
            assertThatThrownBy(() -> method.fill(one)).isInstanceOf(IncompatibleException.class);
        } else {
            assertThat(method.fill(one).requireFinite("filled").rows()).isEqualTo(MISSING);
        }
    }

    @ParameterizedTest
    @MethodSource("measuring")
    void fill_notANumberInTheGuide_isRefusedWithItsRow(MissingRows method) {
        Lack lack = lack(9);
        Matrix guide = lack.guide().copy();
        guide.set(lack.sharedGuide()[17], 3, Double.NaN);

        assertThatThrownBy(() -> method.fill(with(lack, lack.own(), guide)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("row ")
                .hasMessageContaining("column 3 is NaN");
    }

    @ParameterizedTest
    @MethodSource("methods")
    void fill_infinityInTheOwnTable_isRefusedWithItsRow(MissingRows method) {
        Lack lack = lack(10);
        Matrix own = lack.own().copy();
        for (int row = 0; row < own.rows(); row++) {
            own.set(row, 2, Double.POSITIVE_INFINITY);
        }

        if (method instanceof Zero) {
            assertThat(method.fill(with(lack, own, lack.guide())).rows()).isEqualTo(MISSING);
        } else {
            assertThatThrownBy(() -> method.fill(with(lack, own, lack.guide())))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("column 2 is ");
        }
    }

    @ParameterizedTest
    @MethodSource("measuring")
    void fill_zeroAndDuplicateRows_giveFiniteRows(MissingRows method) {
        Lack lack = lack(11);
        Matrix guide = lack.guide().copy();
        for (int i = 0; i < GUIDE_WIDTH; i++) {
            guide.set(lack.sharedGuide()[0], i, 0);
            guide.set(lack.missing()[0], i, 0);
            for (int copy = 2; copy < 20; copy++) {
                guide.set(lack.sharedGuide()[copy], i, guide.get(lack.sharedGuide()[1], i));
            }
        }

        method.fill(with(lack, lack.own(), guide)).requireFinite(method.method());
    }

    static Stream<MissingRows> exact() {
        return Stream.of(
                new Omp(null),
                new Nearest(null, Metric.EUCLIDEAN, Weights.INVERSE_DISTANCE),
                new Nearest(null, Metric.EUCLIDEAN, Weights.BARYCENTRIC),
                new Nearest(null, Metric.EUCLIDEAN, Weights.LEAST_SQUARES),
                new Nearest(1, Metric.COSINE, Weights.INVERSE_DISTANCE));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void fill_tokenLikeASharedOne_getsItsRow(MissingRows method) {
        Lack lack = lack(12);
        Matrix guide = Matrices.gaussian(lack.guide().rows(), 40, 13);
        for (int token = 0; token < MISSING; token++) {
            for (int i = 0; i < guide.columns(); i++) {
                guide.set(lack.missing()[token], i, guide.get(lack.sharedGuide()[token], i));
            }
        }

        Matrix filled = method.fill(with(lack, lack.own(), guide));

        int[] own = Arrays.copyOf(lack.sharedOwn(), MISSING);
        Matrices.assertClose(filled, lack.own().gather(own), 1e-6);
    }

    @Test
    void focus_tokenLikeASharedOne_weighsItMost() {
        Lack lack = lack(14);
        Matrix guide = lack.guide().copy();
        for (int i = 0; i < GUIDE_WIDTH; i++) {
            guide.set(lack.missing()[0], i, 3 * guide.get(lack.sharedGuide()[5], i));
        }
        // The own rows are the axes: the filled row is the weights.
        int[] rows = IntStream.range(0, SHARED).toArray();
        Lack axes = new Lack(
                Matrix.identity(SHARED), guide, rows, lack.sharedGuide(), new int[] {lack.missing()[0]}, List.of());

        double[] weights = new Focus(null).fill(axes).row(0).toArray(io.sinter.tensor.TensorData.F64);

        assertThat(Arrays.stream(weights).sum()).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(Arrays.stream(weights).min().orElseThrow()).isNotNegative();
        assertThat(weights[5]).isEqualTo(Arrays.stream(weights).max().orElseThrow());
    }

    static Stream<MissingRows> linear() {
        return Stream.of(
                new Procrustes(Scaling.NONE, Centring.ORIGIN),
                new Procrustes(null, null),
                new Ridge(0.0),
                new LandmarkPca(),
                new Omp(null));
    }

    @ParameterizedTest
    @MethodSource("linear")
    void fill_plantedRotation_isRecovered(MissingRows method) {
        Lack lack = lack(15);
        Matrix planted = Matrices.orthonormalRows(GUIDE_WIDTH, GUIDE_WIDTH, 16);
        Matrix own = Matrix.allocate(SHARED + 11, GUIDE_WIDTH);
        Matrix turned = Blas.product(lack.guide().asIs(), planted.asIs());
        for (int token = 0; token < SHARED; token++) {
            own.row(lack.sharedOwn()[token]).copyFrom(turned.row(lack.sharedGuide()[token]));
        }

        Matrix filled = method.fill(with(lack, own, lack.guide()));

        Matrices.assertClose(filled, turned.gather(lack.missing()), 1e-6);
    }

    @Test
    void lack_badRows_areRefused() {
        Matrix table = Matrix.allocate(3, 2);
        int[] none = {};

        assertThatThrownBy(() -> new Lack(table, table, new int[] {0}, none, none, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 shared rows of the own table beside 0 of the guide");
        assertThatThrownBy(() -> new Lack(table, table, new int[] {1, 1}, new int[] {0, 1}, none, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1 is shared twice; pairs are one-to-one");
        assertThatThrownBy(() -> new Lack(table, table, none, none, new int[] {3}, List.of()))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Lack(table, table, none, none, new int[] {2, 1}, List.of(Pieces.NONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pieces of 1 tokens, but 2 are missing");
    }
}
