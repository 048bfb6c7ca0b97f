package io.sinter.evolve;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.error.MalformedException;
import io.sinter.error.OutputException;
import io.sinter.json.JsonLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every candidate of a search, a line of JSON each, behind a line that says which search it is. A line is on the disk before the
 * next candidate is drawn; one that a killed process left half-written is dropped.
 */
final class SearchLog implements AutoCloseable {

    /** Its name in the folder of a search. */
    static final String FILE_NAME = "log.jsonl";

    private static final JsonMapper MAPPER = JsonMapper.shared();

    /**
     * Which search it is: what must be the same for candidates to come in the same order, and for their scores to hold.
     *
     * @param recipe its text
     * @param space what is varied
     * @param data what candidates are scored on
     * @param population candidates of a generation
     * @param step as in the settings
     * @param seed as in the settings
     */
    record Header(
            String recipe,
            List<String> space,
            List<String> data,
            int population,
            double step,
            @JsonProperty("seed") long seed) {}

    private final JsonLog log;
    private final List<Evaluation> evaluations = new ArrayList<>();

    private SearchLog(JsonLog log) {
        this.log = log;
    }

    /**
     * Opens the log of a search, or begins one.
     *
     * @throws OutputException if it is another search's, or another process writes to it
     * @throws MalformedException if it is damaged before its last line
     */
    static SearchLog open(Path folder, Header header) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new OutputException(folder + ": cannot be written: " + e.getMessage(), e);
        }
        SearchLog search = new SearchLog(JsonLog.open(folder.resolve(FILE_NAME), "searches"));
        try {
            search.load(header);
            return search;
        } catch (RuntimeException e) {
            search.close();
            throw e;
        }
    }

    private void load(Header header) {
        String text = log.read();
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        log.keep(whole);
        List<String> lines = whole.lines().toList();
        if (lines.isEmpty()) {
            append(header);
            return;
        }
        if (!parse(lines, 0, Header.class).equals(header)) {
            throw new OutputException(
                    "%s: is of another search (another recipe, space, data, population, step or seed); choose another folder, or remove it"
                            .formatted(log.file()));
        }
        for (int i = 1; i < lines.size(); i++) {
            evaluations.add(parse(lines, i, Evaluation.class));
        }
    }

    private <T> T parse(List<String> lines, int index, Class<T> type) {
        try {
            return MAPPER.readValue(lines.get(index), type);
        } catch (JacksonException e) {
            throw new MalformedException(
                    "%s: line %d: is no line of a search; remove the file to begin anew"
                            .formatted(log.file(), index + 1),
                    e);
        }
    }

    /** What was tried so far, in order. */
    List<Evaluation> evaluations() {
        return List.copyOf(evaluations);
    }

    /** Adds a candidate. */
    void add(Evaluation evaluation) {
        append(evaluation);
        evaluations.add(evaluation);
    }

    private void append(Object line) {
        log.append(line);
        log.force();
    }

    /** Lets others write to it. */
    @Override
    public void close() {
        log.close();
    }
}
