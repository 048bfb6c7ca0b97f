package io.sinter.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.finetune.data.Example.Labelled;
import io.sinter.finetune.data.Example.Pair;
import io.sinter.finetune.data.Example.Scored;
import io.sinter.finetune.data.Example.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExamplesTest {

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private <E extends Example> List<E> read(LineFormat<E> format, Path... files) {
        return Examples.read(List.of(files), format, BadLines.FATAL).all();
    }

    @Test
    void tsv_ofEveryKind_isRead() throws IOException {
        assertThat(read(LineFormat.scored(), write("s.tsv", "4.5\ta b\tc\r\n\n0\td\te")))
                .containsExactly(new Scored("a b", "c", 4.5), new Scored("d", "e", 0));
        assertThat(read(LineFormat.pairs(), write("p.tsv", "a\tb\tc\td\ne\tf\tg\th\n")))
                .containsExactly(new Pair("a", "b", List.of("c", "d")), new Pair("e", "f", List.of("g", "h")));
        assertThat(read(LineFormat.labelled(), write("l.tsv", "good\ta film\n")))
                .containsExactly(new Labelled("a film", List.of("good")));
        assertThat(read(LineFormat.multiLabelled(), write("m.tsv", "war, love\ta film\n\tanother\n")))
                .containsExactly(new Labelled("a film", List.of("war", "love")), new Labelled("another", List.of()));
        assertThat(read(LineFormat.texts(), write("t.txt", "one\nüber\ttabs\n")))
                .containsExactly(new Text("one"), new Text("über\ttabs"));
    }

    @Test
    void jsonl_ofEveryKind_isTheSame() throws IOException {
        assertThat(read(
                        LineFormat.scored(),
                        write("s.jsonl", "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"score\": 1, \"id\": 7}")))
                .containsExactly(new Scored("a", "b", 1));
        assertThat(read(LineFormat.pairs(), write("p.jsonl", """
            {"anchor": "a", "positive": "b"}
            {"anchor": "a", "positive": "b", "negative": "c"}
            {"anchor": "a", "positive": "b", "negative": ["c", "d"]}
            """)))
                .containsExactly(
                        new Pair("a", "b", List.of()),
                        new Pair("a", "b", List.of("c")),
                        new Pair("a", "b", List.of("c", "d")));
        assertThat(read(LineFormat.labelled(), write("l.jsonl", "{\"text\": \"a\\tb\", \"label\": 3}")))
                .containsExactly(new Labelled("a\tb", List.of("3")));
        assertThat(read(LineFormat.multiLabelled(), write("m.JSONL", "{\"text\": \"a\", \"labels\": [\"x\", 2]}")))
                .containsExactly(new Labelled("a", List.of("x", "2")));
        assertThat(read(LineFormat.texts(), write("t.jsonl", "{\"text\": \"a\"}")))
                .containsExactly(new Text("a"));
    }

    @Test
    void files_several_areReadOneAfterTheOther() throws IOException {
        Examples<Text> examples = Examples.read(
                List.of(write("1.txt", "a\nb"), write("2.txt", "long one\n")), LineFormat.texts(), BadLines.FATAL);
        assertThat(examples.get(2, 0)).containsExactly(new Text("long one"), new Text("a"));
        assertThat(examples.length(2)).isEqualTo(8);
        assertThat(examples.where()).contains("1.txt").contains("2.txt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scored | x.tsv | a | got 1 fields",
                "scored | x.tsv | five;a;b | got score \"five\", expected a number",
                "scored | x.tsv | NaN;a;b | expected a finite number",
                "scored | x.tsv | 1;a; | a text is empty",
                "pairs | x.tsv | alone | got 1 field, expected two texts",
                "labelled | x.tsv | ;text | the first of them empty, expected label",
                "multi | x.tsv | text | got 1 fields",
                "texts | x.jsonl | {'txt': 'a'} | no \"text\": its keys are [txt]",
                "texts | x.jsonl | [1] | expected an object",
                "texts | x.jsonl | {'text': 'a' | no JSON",
                "scored | x.jsonl | {'sentence1': 'a', 'sentence2': 'b', 'score': '1'} | \"score\": got \"1\","
                        + " expected a finite number",
                "scored | x.jsonl | {'sentence1': 'a', 'sentence2': 2, 'score': 1} | \"sentence2\": got 2, expected a"
                        + " text",
                "labelled | x.jsonl | {'text': 'a', 'label': 1.5} | \"label\": got 1.5, expected a label",
                "multi | x.jsonl | {'text': 'a', 'labels': 'b'} | \"labels\": got \"b\", expected a list",
                "pairs | x.jsonl | {'anchor': 'a', 'positive': 'b', 'negative': [1]} | \"negative\": got 1, expected a"
                        + " text",
            })
    void line_thatIsNoExample_isNamed(String format, String name, String line, String message) throws IOException {
        LineFormat<?> lines = switch (format) {
            case "scored" -> LineFormat.scored();
            case "pairs" -> LineFormat.pairs();
            case "labelled" -> LineFormat.labelled();
            case "multi" -> LineFormat.multiLabelled();
            default -> LineFormat.texts();
        };
        Path file = write(name, "\n" + line.replace(';', '\t').replace('\'', '"') + "\n");
        assertThatThrownBy(() -> read(lines, file))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith(file + ": line 2: ")
                .hasMessageContaining(message);
    }

    @Test
    void badLines_skipped_areReportedWithTheirNumbers() throws IOException {
        Path file = write("x.tsv", "1\ta\tb\nbroken\n2\tc\td\n9\te\tf\n");
        Examples<Scored> examples = Examples.read(List.of(file), LineFormat.scored(), BadLines.SKIP, (where, pair) -> {
            if (pair.score() > 5) {
                throw new MalformedException(where + ": too high");
            }
        });
        assertThat(examples.all()).extracting(Scored::first).containsExactly("a", "c");
        assertThat(examples.skipped())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith(file + ": line 2: "),
                        second -> assertThat(second).isEqualTo(file + ": line 4: too high"));
    }

    @Test
    void bytes_thatAreNoUtf8_areABadLine() throws IOException {
        Path file = folder.resolve("x.txt");
        Files.write(file, new byte[] {'a', '\n', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> read(LineFormat.texts(), file)).hasMessage(file + ": line 2: no UTF-8");
        Files.write(file, "a".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> Examples.read(List.of(file), LineFormat.texts(), BadLines.SKIP))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no examples; ")
                .hasMessageContaining("line 1: no UTF-8");
    }

    @Test
    void file_withoutExamples_isRefused() throws IOException {
        Path empty = write("empty.txt", "\n\n");
        assertThatThrownBy(() -> read(LineFormat.texts(), empty))
                .isInstanceOf(MalformedException.class)
                .hasMessage(empty + ": no examples");
        assertThatThrownBy(() -> read(LineFormat.texts(), folder.resolve("none")))
                .isInstanceOf(MissingException.class);
        assertThatThrownBy(() -> read(LineFormat.texts(), folder))
                .hasMessage(folder + ": a directory, expected a file of examples");
    }
}
