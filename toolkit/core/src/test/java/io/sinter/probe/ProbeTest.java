package io.sinter.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.eval.LabelledDataset;
import io.sinter.linalg.Matrix;
import io.sinter.probe.LogisticRegression.Fit;
import io.sinter.probe.LogisticRegression.Start;
import io.sinter.probe.Probe.Fitted;
import io.sinter.probe.ProbeOptions.Labels;
import io.sinter.progress.Progress;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProbeTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/probe/logistic.json");
    private static final Path FILE = Path.of("rows.tsv");

    @TempDir
    Path folder;

    /** Newton's method in NumPy (golden/probe/README.md). */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Golden(
            String name, double strength, Labels labels, List<Set<String>> ofRow, double[][] vectors, JsonNode json) {

        private static Golden of(JsonNode json) {
            List<Set<String>> ofRow = json.path("labels")
                    .valueStream()
                    .map(row -> (Set<String>) new HashSet<>(
                            row.valueStream().map(JsonNode::stringValue).toList()))
                    .toList();
            return new Golden(
                    json.path("name").stringValue(),
                    json.path("strength").doubleValue(),
                    json.path("several").booleanValue() ? Labels.SEVERAL : Labels.ONE,
                    ofRow,
                    doubles(json.path("vectors")),
                    json);
        }

        private static double[][] doubles(JsonNode rows) {
            return rows.valueStream()
                    .map(row ->
                            row.valueStream().mapToDouble(JsonNode::doubleValue).toArray())
                    .toArray(double[][]::new);
        }

        LabelledRows rows() {
            return new LabelledRows(FILE, labels, ofRow);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden> golden() {
        return JsonMapper.shared().readTree(GOLDEN.toFile()).valueStream().map(Golden::of);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void fit_ofRecordedRows_hasRecordedLossAndGradientOfZero(Golden golden) {
        Matrix vectors = Matrix.copyOf(tensor(golden.vectors));
        Matrix rows = Standardization.of("rows", vectors).of(vectors);
        Targets targets = golden.rows().targets();
        double[] all = new double[targets.rows()];
        Arrays.fill(all, 1);
        Fit fit = LogisticRegression.fit(rows, targets, all, golden.strength, Start.zeros(rows, targets, 1e-9));
        assertThat(fit.converged()).isTrue();
        assertThat(fit.gradient()).isLessThan(1e-9);
        assertThat(fit.loss()).isCloseTo(golden.json.path("loss").doubleValue(), within(1e-9));
        assertThat(fit.iterations()).isLessThan(200);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void head_onVectorsAsTheyWere_givesRecordedLogits(Golden golden) {
        ProbeOptions options =
                ProbeOptions.DEFAULT.withStrengths(golden.strength).withFolds(0).withLabels(golden.labels);
        TensorData vectors = tensor(golden.vectors);
        ClassifierHead head =
                Probe.fit(golden.rows(), vectors, options, Progress.NONE).head();
        double[][] expected = Golden.doubles(golden.json.path("logits"));
        assertThat(head.labels()).hasSize(expected[0].length).isSorted();
        double[][] logits = logits(head, golden.vectors);
        for (int row = 0; row < expected.length; row++) {
            double shift = golden.labels == Labels.ONE
                    ? Arrays.stream(logits[row]).average().orElseThrow()
                    : 0;
            for (int i = 0; i < expected[row].length; i++) {
                assertThat(logits[row][i] - shift).as("row %d", row).isCloseTo(expected[row][i], within(2e-3));
            }
        }
    }

    @Test
    void crossValidation_ofNoise_takesTheStrongerPenalty_ofSeparableRowsIsRight() {
        Random random = new Random(5);
        double[][] vectors = new double[90][8];
        String[] labels = new String[90];
        for (int row = 0; row < 90; row++) {
            labels[row] = "abc".substring(row % 3, row % 3 + 1);
            for (int i = 0; i < 8; i++) {
                vectors[row][i] = random.nextGaussian() + (i == row % 3 ? 12 : 0);
            }
        }
        Fitted fitted = Probe.fit(rows(labels), tensor(vectors), ProbeOptions.DEFAULT, Progress.NONE);
        assertThat(fitted.report().strengths())
                .allSatisfy(tried -> assertThat(tried.accuracy()).isEqualTo(1.0));
        assertThat(fitted.report().strength()).as("of equal ones the weakest").isEqualTo(0.001);
        assertThat(fitted.report().trainAccuracy()).isEqualTo(1.0);
        assertThat(fitted.report().counts())
                .containsEntry("a", 30)
                .containsEntry("b", 30)
                .containsEntry("c", 30);
        assertThat(fitted.report().converged()).isTrue();
    }

    @Test
    void crossValidation_isHeldOut_soThatRandomLabelsScoreAsChance() {
        Random random = new Random(6);
        double[][] vectors = new double[60][80];
        String[] labels = new String[60];
        for (int row = 0; row < 60; row++) {
            labels[row] = random.nextBoolean() ? "x" : "y";
            Arrays.setAll(vectors[row], i -> random.nextGaussian());
        }
        Fitted fitted =
                Probe.fit(rows(labels), tensor(vectors), ProbeOptions.DEFAULT.withStrengths(1.0, 100.0), Progress.NONE);
        assertThat(fitted.report().trainAccuracy()).isEqualTo(1.0);
        assertThat(fitted.report().strengths())
                .allSatisfy(tried -> assertThat(tried.accuracy()).isBetween(0.25, 0.75));
    }

    @Test
    void fit_ofOneSeed_isTheSameBits_andFoldsFollowTheSeed() {
        Golden golden = golden().toList().get(1);
        TensorData vectors = tensor(golden.vectors);
        Fitted first = Probe.fit(golden.rows(), vectors, ProbeOptions.DEFAULT, Progress.NONE);
        Fitted second = Probe.fit(golden.rows(), vectors, ProbeOptions.DEFAULT, Progress.NONE);
        assertThat(second.head().weight().toFloatArray())
                .isEqualTo(first.head().weight().toFloatArray());
        assertThat(second.report()).isEqualTo(first.report());
        Targets targets = golden.rows().targets();
        assertThat(Folds.stratified(targets, 5, 1)).isNotEqualTo(Folds.stratified(targets, 5, 2));
    }

    @Test
    void folds_haveAsManyOfEachLabel_orOneFewer() {
        String[] labels = IntStream.range(0, 47)
                .mapToObj(i -> i % 5 == 0 ? "few" : "many")
                .toArray(String[]::new);
        Folds folds = Folds.stratified(rows(labels).targets(), 4, 3);
        for (String label : List.of("few", "many")) {
            int[] counts = new int[4];
            IntStream.range(0, 47)
                    .filter(i -> labels[i].equals(label))
                    .forEach(i -> counts[folds.ofRow().get(i)]++);
            int least = Arrays.stream(counts).min().orElseThrow();
            assertThat(Arrays.stream(counts).max().orElseThrow()).isBetween(least, least + 1);
        }
    }

    @Test
    void labelOfFewerRowsThanFolds_isNoted() throws IOException {
        LabelledRows rows = LabelledRows.of(
                read("a\t1\na\t2\na\t3\na\t4\na\t5\nb\t6\nb\t7\n", LabelledDataset.Labels.REQUIRED),
                ProbeOptions.DEFAULT);
        assertThat(rows.notes(5))
                .containsExactly("label \"b\": 2 rows, fewer than 5 folds: 3 of the folds are scored without one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'a\t1|a\t2'; labels [a]: expected two labels or more",
                "'a\t1|b\t2|a\t3|a\t4|a\t5'; label \"b\": one row, but cross-validation",
                "'a\t1|b\t2|a\t3'; 3 rows: expected 5 or more",
            })
    void rows_ofWhichNothingIsLearned_areRefused(String lines, String message) throws IOException {
        LabelledDataset dataset = read(lines.replace('|', '\n'), LabelledDataset.Labels.REQUIRED);
        assertThatThrownBy(() -> LabelledRows.of(dataset, ProbeOptions.DEFAULT))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("rows.tsv: ")
                .hasMessageContaining(message);
    }

    @Test
    void severalLabels_areSplitAtCommas_noneIsAllowed_emptyOnesAreNot() throws IOException {
        ProbeOptions options = ProbeOptions.DEFAULT.withFolds(2).withLabels(Labels.SEVERAL);
        LabelledRows rows =
                LabelledRows.of(read("a,b\t1\n\t2\nb\t3\na\t4\n", LabelledDataset.Labels.OPTIONAL), options);
        assertThat(rows.ofRow()).containsExactly(Set.of("a", "b"), Set.of(), Set.of("b"), Set.of("a"));
        LabelledDataset empty = read("a,,b\t1\n", LabelledDataset.Labels.OPTIONAL);
        assertThatThrownBy(() -> LabelledRows.of(empty, options))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("line 1: an empty label");
        LabelledDataset every = read("a,b\t1\na\t2\na\t3\n", LabelledDataset.Labels.OPTIONAL);
        assertThatThrownBy(() -> LabelledRows.of(every, options))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("label \"a\" is on every row");
    }

    @Test
    void vectors_thatAreNotFinite_areRefused() {
        double[][] vectors = {{1, 2}, {3, Double.NaN}, {2, 2}, {4, 1}};
        assertThatThrownBy(() -> Probe.fit(
                        rows("a", "b", "a", "b"), tensor(vectors), ProbeOptions.DEFAULT.withFolds(2), Progress.NONE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("vectors of rows.tsv: row 1, column 1 is NaN");
    }

    @Test
    void vectors_thatAreAllTheSame_areRefused() {
        double[][] vectors = {{1, 2}, {1, 2}, {1, 2}, {1, 2}};
        assertThatThrownBy(() -> Probe.fit(
                        rows("a", "b", "a", "b"), tensor(vectors), ProbeOptions.DEFAULT.withFolds(2), Progress.NONE))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("all vectors are the same");
    }

    @Test
    void options_thatCannotBe_areRefused() {
        assertThatThrownBy(() -> ProbeOptions.DEFAULT.withStrengths(0.0)).hasMessageContaining("numbers above 0");
        assertThatThrownBy(() -> ProbeOptions.DEFAULT.withFolds(1)).hasMessageContaining("expected 2 or more");
        assertThatThrownBy(() -> ProbeOptions.DEFAULT.withFolds(0)).hasMessageContaining("nothing picks one");
    }

    private LabelledDataset read(String text, LabelledDataset.Labels labels) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.tsv"), text);
        return LabelledDataset.read(file, LabelledDataset.Inputs.ONE, labels);
    }

    private static LabelledRows rows(String... labels) {
        return new LabelledRows(
                FILE, Labels.ONE, Arrays.stream(labels).map(Set::of).toList());
    }

    private static TensorData tensor(double[][] rows) {
        Matrix matrix = Matrix.allocate(rows.length, rows[0].length);
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < rows[row].length; i++) {
                matrix.set(row, i, rows[row][i]);
            }
        }
        return matrix.toTensor();
    }

    private static double[][] logits(ClassifierHead head, double[][] vectors) {
        float[] weight = head.weight().toFloatArray();
        float[] bias = head.bias().toFloatArray();
        double[][] logits = new double[vectors.length][bias.length];
        for (int row = 0; row < vectors.length; row++) {
            for (int label = 0; label < bias.length; label++) {
                logits[row][label] = bias[label];
                for (int i = 0; i < vectors[row].length; i++) {
                    logits[row][label] += vectors[row][i] * weight[i * bias.length + label];
                }
            }
        }
        return logits;
    }
}
