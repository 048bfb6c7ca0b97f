package io.sinter.finetune.data;

import io.sinter.error.MalformedException;
import io.sinter.eval.LabelledDataset;
import io.sinter.eval.LabelledDataset.Inputs;
import io.sinter.eval.LabelledDataset.Labels;
import io.sinter.eval.StsDataset;
import io.sinter.finetune.data.Example.Labelled;
import io.sinter.finetune.data.Example.Pair;
import io.sinter.finetune.data.Example.Scored;
import io.sinter.finetune.data.Example.Text;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How lines are examples. A file whose name ends in {@code .jsonl} has a JSON object a line, with the column names of
 * sentence-transformers' data sets; any other has fields between tabs, or texts alone:
 *
 * <table>
 * <caption>Lines</caption>
 * <tr><th></th><th>fields</th><th>JSON keys</th></tr>
 * <tr><td>{@link #scored}</td><td>score, text, text</td><td>{@code score}, {@code sentence1}, {@code sentence2}</td></tr>
 * <tr><td>{@link #pairs}</td><td>text, text, negatives</td><td>{@code anchor}, {@code positive}, {@code negative} (one or a
 * list; may be left out)</td></tr>
 * <tr><td>{@link #labelled}</td><td>label, text</td><td>{@code label}, {@code text}</td></tr>
 * <tr><td>{@link #multiLabelled}</td><td>labels between commas, text</td><td>{@code labels} (a list), {@code text}</td></tr>
 * <tr><td>{@link #texts}</td><td>text</td><td>{@code text}</td></tr>
 * </table>
 *
 * @param <E> the examples
 */
public interface LineFormat<E extends Example> {

    /**
     * Reads a line between whose fields are tabs.
     *
     * @param where the line, for messages
     * @throws MalformedException if it is otherwise
     */
    E fields(String where, String line);

    /**
     * Reads a JSON object.
     *
     * @throws MalformedException if a key is missing or of another kind
     */
    E object(JsonLine line);

    /** Reads a line of a file. */
    default E read(Path file, String where, String line) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        E example = name.endsWith(".jsonl") ? object(JsonLine.of(where, line)) : fields(where, line);
        for (String text : example.texts()) {
            if (text.isBlank()) {
                throw new MalformedException(where + ": a text is empty");
            }
        }
        return example;
    }

    /** Pairs of texts with scores. */
    static LineFormat<Scored> scored() {
        return new LineFormat<>() {
            @Override
            public Scored fields(String where, String line) {
                StsDataset.Pair pair = StsDataset.Pair.parse(where, line);
                return new Scored(pair.first(), pair.second(), pair.score());
            }

            @Override
            public Scored object(JsonLine line) {
                return new Scored(line.text("sentence1"), line.text("sentence2"), line.number("score"));
            }
        };
    }

    /** Pairs of texts that belong together, with any number of negatives. */
    static LineFormat<Pair> pairs() {
        return new LineFormat<>() {
            @Override
            public Pair fields(String where, String line) {
                List<String> fields = Arrays.asList(line.split("\t", -1));
                if (fields.size() < 2) {
                    throw new MalformedException(
                            where + ": got 1 field, expected two texts, and possibly negatives, between tabs");
                }
                return new Pair(fields.get(0), fields.get(1), fields.subList(2, fields.size()));
            }

            @Override
            public Pair object(JsonLine line) {
                return new Pair(line.text("anchor"), line.text("positive"), line.texts("negative"));
            }
        };
    }

    /** Texts with a label. */
    static LineFormat<Labelled> labelled() {
        return new LineFormat<>() {
            @Override
            public Labelled fields(String where, String line) {
                LabelledDataset.Example example = LabelledDataset.parse(where, 0, line, Inputs.ONE, Labels.REQUIRED);
                return new Labelled(example.input(), List.of(example.label()));
            }

            @Override
            public Labelled object(JsonLine line) {
                return new Labelled(line.text("text"), List.of(line.label("label")));
            }
        };
    }

    /** Texts with any number of labels. */
    static LineFormat<Labelled> multiLabelled() {
        return new LineFormat<>() {
            @Override
            public Labelled fields(String where, String line) {
                LabelledDataset.Example example = LabelledDataset.parse(where, 0, line, Inputs.ONE, Labels.OPTIONAL);
                List<String> labels = Arrays.stream(example.label().split(","))
                        .map(String::strip)
                        .filter(label -> !label.isEmpty())
                        .toList();
                return new Labelled(example.input(), labels);
            }

            @Override
            public Labelled object(JsonLine line) {
                return new Labelled(line.text("text"), line.labels("labels"));
            }
        };
    }

    /** Texts alone. */
    static LineFormat<Text> texts() {
        return new LineFormat<>() {
            @Override
            public Text fields(String where, String line) {
                return new Text(line);
            }

            @Override
            public Text object(JsonLine line) {
                return new Text(line.text("text"));
            }
        };
    }
}
