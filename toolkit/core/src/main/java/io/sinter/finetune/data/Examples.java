package io.sinter.finetune.data;

import io.sinter.error.MalformedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Examples of some files, all of them looked at once. The files stay on the disk; only where lines are is held (about 40
 * bytes each), and an example is read when it is asked for. May be used by several threads.
 *
 * @param <E> the examples
 */
public final class Examples<E extends Example> {

    private final List<Path> files;
    private final LineFormat<E> format;
    private final List<Place> places;
    private final List<String> skipped;

    private record Place(TextLines file, TextLines.Line line) {}

    private Examples(List<Path> files, LineFormat<E> format, List<Place> places, List<String> skipped) {
        this.files = List.copyOf(files);
        this.format = format;
        this.places = List.copyOf(places);
        this.skipped = List.copyOf(skipped);
    }

    /** Looks at a line, and throws a {@link MalformedException} where it cannot be used. */
    @FunctionalInterface
    public interface Check<E> {
        /**
         * Looks at it.
         *
         * @param where the line, for messages
         */
        void accept(String where, E example);
    }

    /**
     * Reads files, one after the other; empty lines are passed over.
     *
     * @param files one or more, of UTF-8
     * @param check looks at every example besides, in order
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException if no example is left, or at the first bad line where these are {@link BadLines#FATAL}
     */
    public static <E extends Example> Examples<E> read(
            List<Path> files, LineFormat<E> format, BadLines bad, Check<? super E> check) {
        List<Place> places = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (Path file : files) {
            TextLines lines = TextLines.open(file);
            lines.forEach(line -> {
                try {
                    String where = lines.where(line);
                    check.accept(where, format.read(file, where, lines.text(line)));
                    places.add(new Place(lines, line));
                } catch (MalformedException e) {
                    switch (bad) {
                        case FATAL -> throw e;
                        case SKIP -> skipped.add(e.getMessage());
                    }
                }
            });
        }
        if (places.isEmpty()) {
            throw new MalformedException("%s: no examples%s".formatted(names(files), reasons(skipped)));
        }
        return new Examples<>(files, format, places, skipped);
    }

    /** Reads files without a further look. */
    public static <E extends Example> Examples<E> read(List<Path> files, LineFormat<E> format, BadLines bad) {
        return read(files, format, bad, (where, example) -> {});
    }

    private static String reasons(List<String> skipped) {
        return skipped.isEmpty()
                ? ""
                : "; %d lines were skipped, the first: %s".formatted(skipped.size(), skipped.getFirst());
    }

    private static String names(List<Path> files) {
        return files.size() == 1 ? files.getFirst().toString() : files.toString();
    }

    /** How many there are, at least 1. */
    public int size() {
        return places.size();
    }

    /** One of them, from 0. */
    public E get(int index) {
        Place place = places.get(index);
        String text = place.file.text(place.line);
        return format.read(place.file.file(), place.file.where(place.line), text);
    }

    /** Some of them, in the order asked for. */
    public List<E> get(int... indices) {
        return IntStream.of(indices).mapToObj(this::get).toList();
    }

    /** All of them, in order. */
    public List<E> all() {
        return IntStream.range(0, size()).mapToObj(this::get).toList();
    }

    /** How long one is, in bytes of its line: what batches of like lengths go by. */
    public int length(int index) {
        return places.get(index).line.length();
    }

    /** What was wrong with the lines that were left out, in order. */
    public List<String> skipped() {
        return skipped;
    }

    /** The files, for messages. */
    public String where() {
        return names(files);
    }
}
