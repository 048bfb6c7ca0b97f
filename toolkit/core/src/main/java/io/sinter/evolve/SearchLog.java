package io.sinter.evolve;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.error.MalformedException;
import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    private final Path file;
    private final FileChannel channel;
    private final List<Evaluation> evaluations = new ArrayList<>();

    private SearchLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens the log of a search, or begins one.
     *
     * @throws OutputException if it is another search's, or another process writes to it
     * @throws MalformedException if it is damaged before its last line
     */
    static SearchLog open(Path folder, Header header) {
        Path file = folder.resolve(FILE_NAME);
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            SearchLog log = new SearchLog(file, channel);
            try {
                log.lock();
                log.load(header);
                return log;
            } catch (RuntimeException | IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private void lock() throws IOException {
        if (!isLocked()) {
            throw new OutputException(file + ": another process searches here; wait for it, or choose another folder");
        }
    }

    /** Until the channel is closed. */
    private boolean isLocked() throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void load(Header header) throws IOException {
        // By the same descriptor: closing another one of this file would give up the lock.
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (content.hasRemaining() && channel.read(content) >= 0) {
            // until all is read
        }
        String text = StandardCharsets.UTF_8.decode(content.flip()).toString();
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        channel.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
        channel.position(channel.size());
        List<String> lines = whole.lines().toList();
        if (lines.isEmpty()) {
            append(header);
            return;
        }
        if (!parse(lines, 0, Header.class).equals(header)) {
            throw new OutputException(
                    "%s: is of another search (another recipe, space, data, population, step or seed); choose another folder, or remove it"
                            .formatted(file));
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
                    "%s: line %d: is no line of a search; remove the file to begin anew".formatted(file, index + 1), e);
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
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(MAPPER.writeValueAsString(line) + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private static OutputException cannotWrite(Path file, IOException e) {
        return new OutputException(file + ": cannot be written: " + e.getMessage(), e);
    }

    /** Lets others write to it. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }
}
