package io.sinter.eval;

import io.sinter.error.MalformedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts or files of pictures, each with the label that it should get.
 *
 * @param file that it was read from
 * @param examples at least one
 */
public record LabelledDataset(Path file, List<Example> examples) {

    /**
     * One of them.
     *
     * @param line its number in the file, from 1
     * @param label that it should get
     * @param input a text, or the path of a picture as it is written
     */
    public record Example(int line, String label, String input) {}

    /** Copies the list. */
    public LabelledDataset {
        examples = List.copyOf(examples);
        if (examples.isEmpty()) {
            throw new IllegalArgumentException(file + ": no examples");
        }
    }

    /**
     * Reads UTF-8 lines {@code label<TAB>input}; empty lines are passed over.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException at the first line that is otherwise, with its number, or if there are none
     */
    public static LabelledDataset read(Path file) {
        List<Example> examples = new ArrayList<>();
        int number = 0;
        for (String line : DatasetFile.lines(file)) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            String[] parts = line.split("\t", -1);
            if (parts.length != 2 || parts[0].isEmpty()) {
                throw new MalformedException(
                        "%s: line %d: got %d fields, expected a label and what it is of, with a tab between"
                                .formatted(file, number, parts.length));
            }
            examples.add(new Example(number, parts[0], parts[1]));
        }
        if (examples.isEmpty()) {
            throw new MalformedException(file + ": no lines, expected label<TAB>text or label<TAB>picture");
        }
        return new LabelledDataset(file, examples);
    }

    /** The file's name without its ending, for reports. */
    public String name() {
        return DatasetFile.name(file);
    }

    /** What is to be labelled, in order. */
    public List<String> inputs() {
        return examples.stream().map(Example::input).toList();
    }

    /** The inputs as paths, which start at the file's folder. */
    public List<Path> files() {
        Path folder = file.toAbsolutePath().getParent();
        return examples.stream()
                .map(example -> folder == null ? Path.of(example.input()) : folder.resolve(example.input()))
                .toList();
    }
}
