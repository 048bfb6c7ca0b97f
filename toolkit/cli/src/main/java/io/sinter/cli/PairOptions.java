package io.sinter.cli;

import io.sinter.error.MalformedException;
import io.sinter.inference.TextAndPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Texts with their pictures, for models that read both. */
final class PairOptions {

    @Option(
            names = "--pairs",
            paramLabel = "FILE.tsv",
            description =
                    "Lines text<TAB>picture, either of which may be empty, for a model that reads both; paths start at the file's folder.")
    private @Nullable Path file;

    /** A pair and what it is called where it is printed. */
    record Named(String name, TextAndPicture pair) {}

    boolean given() {
        return file != null;
    }

    /**
     * All of them: those of the file, then texts alone, then pictures alone.
     *
     * @throws MalformedException if a line of the file is otherwise
     */
    List<Named> and(List<String> texts, List<Path> pictures) {
        List<Named> pairs = new ArrayList<>();
        if (file != null) {
            List<String> lines = TextLines.read(file);
            for (int i = 0; i < lines.size(); i++) {
                pairs.add(pair(file, i + 1, lines.get(i)));
            }
        }
        texts.forEach(text -> pairs.add(new Named(text, TextAndPicture.text(text))));
        pictures.forEach(picture -> pairs.add(new Named(picture.toString(), TextAndPicture.picture(picture))));
        return pairs;
    }

    private static Named pair(Path file, int number, String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 2) {
            throw new MalformedException(
                    "%s: line %d: got %d fields, expected a text and a picture with a tab between, either of which may be empty"
                            .formatted(file, number, parts.length));
        }
        return new Named(
                String.join(line.startsWith("\t") || line.endsWith("\t") ? "" : " + ", parts),
                TextAndPicture.of(parts[0], parts[1], file));
    }
}
