package io.sinter.train;

import io.sinter.error.MalformedException;
import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training measures, a line of JSON each. While it is open, no other process trains in its folder.
 */
final class MetricsLog implements AutoCloseable {

    /** Its name in the folder of a training. */
    static final String FILE_NAME = "metrics.jsonl";

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Path file;
    private final FileChannel channel;
    private final List<Metric> metrics = new ArrayList<>();

    private MetricsLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens the log of a training, or begins one.
     *
     * @throws OutputException if another process writes to it, or it cannot be written
     */
    static MetricsLog open(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw new OutputException(
                        file + ": another process trains here; wait for it, or choose another folder");
            }
            return new MetricsLog(file, channel);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Until the channel is closed. */
    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Keeps what was measured up to a step, and drops the rest: it is measured again.
     *
     * @param done steps of the checkpoint; less than 0 drops everything
     * @throws MalformedException if a line that is kept is no metric
     */
    void resume(long done) {
        try {
            // By the same descriptor: closing another one of this file would give up the lock.
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
                // until all is read
            }
            String text = StandardCharsets.UTF_8.decode(content.flip()).toString();
            int kept = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', kept)) {
                Metric metric = parse(text.substring(kept, end));
                if (metric.step() > done) {
                    break;
                }
                metrics.add(metric);
                kept = end + 1;
            }
            channel.truncate(
                    StandardCharsets.UTF_8.encode(text.substring(0, kept)).remaining());
            channel.position(channel.size());
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private Metric parse(String line) {
        try {
            return MAPPER.readValue(line, Metric.class);
        } catch (JacksonException e) {
            throw new MalformedException(
                    "%s: line %d: is no metric of a training; remove the line, or the file"
                            .formatted(file, metrics.size() + 1),
                    e);
        }
    }

    /** What was measured so far, in order. */
    List<Metric> metrics() {
        return Collections.unmodifiableList(metrics);
    }

    /** Adds a line. */
    void add(Metric metric) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(MAPPER.writeValueAsString(metric) + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
        metrics.add(metric);
    }

    /** Puts all lines on the disk. */
    void flush() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private static OutputException cannotWrite(Path file, IOException e) {
        return new OutputException(file + ": cannot be written: " + e.getMessage(), e);
    }

    /** Lets others train here. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }
}
