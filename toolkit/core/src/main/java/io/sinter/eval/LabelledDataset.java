package io.sinter.eval;

import io.sinter.error.MalformedException;
import io.sinter.inference.TextAndPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts, files of pictures, or both together, each with the label that it should get.
 *
 * @param file that it was read from
 * @param examples at least one
 */
public record LabelledDataset(Path file, List<Example> examples) {

    /**
     * One of them.
     *
     * @param line its number in the file, from 1
     * @param label that it should get; empty for none, which is a label of no classifier that gives exactly one
     * @param input a text, or the path of a picture as it is written; of pairs a text, a tab and a path
     */
    public record Example(int line, String label, String input) {}

    /** Copies the list. */
    public LabelledDataset {
        examples = List.copyOf(examples);
        if (examples.isEmpty()) {
            throw new IllegalArgumentException(file + ": no examples");
        }
    }

    /** Whether a line must have a label. */
    public enum Labels {
        /** Every line. */
        REQUIRED,
        /** A line may begin with a tab: it has none. */
        OPTIONAL
    }

    /** What a line holds behind its label. */
    public enum Inputs {
        /** A text, or the path of a picture. */
        ONE(1, "label<TAB>text or label<TAB>picture"),
        /** A text and the path of a picture, either of which may be empty. */
        PAIR(2, "label<TAB>text<TAB>picture");

        private final int fields;
        private final String form;

        Inputs(int fields, String form) {
            this.fields = fields;
            this.form = form;
        }
    }

    /** Reads lines {@code label<TAB>input}, as {@link #read(Path, Inputs, Labels)}. */
    public static LabelledDataset read(Path file) {
        return read(file, Inputs.ONE, Labels.REQUIRED);
    }

    /**
     * Reads UTF-8 lines with a label and what it is of; empty lines are passed over.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException at the first line that is otherwise, with its number, or if there are none
     */
    public static LabelledDataset read(Path file, Inputs inputs, Labels labels) {
        List<Example> examples = new ArrayList<>();
        int number = 0;
        for (String line : DatasetFile.lines(file)) {
            number++;
            if (!line.isEmpty()) {
                String where = "%s: line %d".formatted(file, number);
                examples.add(parse(where, number, line, inputs, labels));
            }
        }
        if (examples.isEmpty()) {
            throw new MalformedException(file + ": no lines, expected " + inputs.form);
        }
        return new LabelledDataset(file, examples);
    }

    /**
     * Reads one line.
     *
     * @param where the line, for messages
     * @param number of it
     * @throws MalformedException if it is otherwise
     */
    public static Example parse(String where, int number, String line, Inputs inputs, Labels labels) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 1 + inputs.fields || (parts[0].isEmpty() && labels == Labels.REQUIRED)) {
            String empty = parts[0].isEmpty() ? ", the first of them empty" : "";
            throw new MalformedException(
                    "%s: got %d fields%s, expected %s".formatted(where, parts.length, empty, inputs.form));
        }
        return new Example(number, parts[0], line.substring(parts[0].length() + 1));
    }

    /** The file's name without its ending, for reports. */
    public String name() {
        return DatasetFile.name(file);
    }

    /** What is to be labelled, in order. */
    public List<String> inputs() {
        return examples.stream().map(Example::input).toList();
    }

    /** The inputs of pairs; paths start at the file's folder. */
    public List<TextAndPicture> pairs() {
        return examples.stream()
                .map(example -> {
                    int tab = example.input().indexOf('\t');
                    return TextAndPicture.of(
                            example.input().substring(0, tab), example.input().substring(tab + 1), file);
                })
                .toList();
    }

    /** The inputs as paths, which start at the file's folder. */
    public List<Path> files() {
        Path folder = file.toAbsolutePath().getParent();
        return examples.stream()
                .map(example -> folder == null ? Path.of(example.input()) : folder.resolve(example.input()))
                .toList();
    }
}
