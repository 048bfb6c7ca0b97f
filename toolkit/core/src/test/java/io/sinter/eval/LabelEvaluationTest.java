package io.sinter.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.inference.Classifier.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelEvaluationTest {

    @TempDir
    private Path folder;

    @Test
    void accuracy_isTheShareOfBestLabelsThatAreRight() throws IOException {
        LabelledDataset dataset = read("cat\ta.png\n\ndog\tb.png\ncat\tc.png\ndog\td.png\n");
        LabelResult result = LabelEvaluation.of(
                dataset, List.of(best("cat", "dog"), best("cat", "dog"), best("cat", "dog"), best("dog", "cat")));
        assertThat(result).isEqualTo(new LabelResult(3, 4));
        assertThat(result.accuracy()).isEqualTo(0.75);
    }

    @Test
    void files_startAtTheListsFolder() throws IOException {
        LabelledDataset dataset = read("cat\tin/a.png\ncat\t/b.png");
        assertThat(dataset.files()).containsExactly(folder.resolve("in/a.png"), Path.of("/b.png"));
        assertThat(dataset.inputs()).containsExactly("in/a.png", "/b.png");
        assertThat(dataset.name()).isEqualTo("list");
    }

    @Test
    void labels_thatTheModelDoesNotKnow_areNamed() throws IOException {
        LabelledDataset dataset = read("\ncar\ta.png");
        assertThatThrownBy(() -> LabelEvaluation.of(dataset, List.of(best("dog", "cat"))))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("list.tsv: line 2: label \"car\": the model's are cat, dog");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"'cat'; line 1: got 1 fields", "'\tx'; line 1: got 2 fields", "''; no lines"})
    void read_ofOtherLines_saysWhere(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_ofNoFile_isMissing() {
        assertThatThrownBy(() -> LabelledDataset.read(folder.resolve("none.tsv")))
                .isInstanceOf(MissingException.class);
    }

    private LabelledDataset read(String text) throws IOException {
        return LabelledDataset.read(Files.writeString(folder.resolve("list.tsv"), text));
    }

    private static List<Score> best(String first, String second) {
        return List.of(new Score(first, 0.9), new Score(second, 0.1));
    }
}
