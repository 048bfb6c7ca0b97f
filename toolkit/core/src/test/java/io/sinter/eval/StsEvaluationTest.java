package io.sinter.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.MalformedException;
import io.sinter.inference.SentenceEncoder;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StsEvaluationTest {

    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("sts.tsv"), text);
    }

    /** A unit vector at as many degrees as the text says. */
    private static TensorData degrees(List<String> texts) {
        float[] values = new float[2 * texts.size()];
        for (int i = 0; i < texts.size(); i++) {
            double angle = Math.toRadians(Double.parseDouble(texts.get(i)));
            values[2 * i] = (float) Math.cos(angle);
            values[2 * i + 1] = (float) Math.sin(angle);
        }
        return TensorData.of(List.of((long) texts.size(), 2L), values);
    }

    @Test
    void cosines_areScoredAgainstPeople() throws IOException {
        StsDataset dataset = StsDataset.read(write("5\t0\t0\n3.5\t0\t60\n\n0\t0\t90\n1\t10\t100\n"));

        StsResult result = StsEvaluation.run(StsEvaluationTest::degrees, dataset);

        assertThat(dataset.name()).isEqualTo("sts");
        assertThat(result.similarities().get(1)).isCloseTo(0.5, within(1e-6));
        assertThat(result.similarities().get(3)).isCloseTo(0, within(1e-6));
        assertThat(result.pearson()).isGreaterThan(0.9);
    }

    @Test
    void everyDistinctSentence_isEncodedOnce() throws IOException {
        StsDataset dataset = StsDataset.read(write("5\t0\t30\n3\t30\t0\n1\t0\t0\n"));
        List<String> seen = new ArrayList<>();
        SentenceEncoder encoder = texts -> {
            seen.addAll(texts);
            return degrees(texts);
        };

        List<StsResult> results = StsEvaluation.run(encoder, List.of(dataset, dataset));

        assertThat(seen).containsExactly("0", "30");
        assertThat(results).hasSize(2);
        assertThat(results.getFirst().similarities())
                .isEqualTo(results.getLast().similarities());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2\\ta       | line 2: got 2 fields
            x\\ta\\tb   | line 2: got score "x", expected a number
            NaN\\ta\\tb | line 2: got score NaN
            1\\ta\\tb\\tc | line 2: got 4 fields
            """)
    void badLine_isNamed(String line, String message) throws IOException {
        Path file = write("1\ta\tb\n" + line.replace("\\t", "\t") + "\n");

        assertThatThrownBy(() -> StsDataset.read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("sts.tsv: " + message);
    }

    @Test
    void bootstrap_ofAClearDifference_isSignificant_andRepeats() {
        long seed = 7;
        Random random = new Random(seed);
        double[] gold = random.doubles(300).toArray();
        double[] good = new double[300];
        double[] poor = new double[300];
        for (int i = 0; i < 300; i++) {
            good[i] = gold[i] + 0.1 * random.nextGaussian();
            poor[i] = gold[i] + random.nextGaussian();
        }
        Bootstrap bootstrap = new Bootstrap(200, 0.95, 1);

        Bootstrap.Interval clear = bootstrap.spearmanDifference(gold, good, poor);
        Bootstrap.Interval none = bootstrap.spearmanDifference(gold, good, good);

        assertThat(clear.isSignificant()).as("seed %d", seed).isTrue();
        assertThat(clear.difference()).isBetween(clear.low(), clear.high());
        assertThat(none).isEqualTo(new Bootstrap.Interval(0, 0, 0));
        assertThat(bootstrap.spearmanDifference(gold, good, poor)).isEqualTo(clear);
    }
}
