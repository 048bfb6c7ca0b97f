package io.sinter.train;

import io.sinter.error.MalformedException;
import io.sinter.json.JsonLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a training measures, a line of JSON each. While it is open, no other process trains in its folder.
 */
final class MetricsLog implements AutoCloseable {

    /** Its name in the folder of a training. */
    static final String FILE_NAME = "metrics.jsonl";

    private final JsonLog log;
    private final List<Metric> metrics = new ArrayList<>();

    private MetricsLog(JsonLog log) {
        this.log = log;
    }

    /**
     * Opens the log of a training, or begins one.
     *
     * @throws io.sinter.error.OutputException if another process writes to it, or it cannot be written
     */
    static MetricsLog open(Path folder) {
        return new MetricsLog(JsonLog.open(folder.resolve(FILE_NAME), "trains"));
    }

    /**
     * Keeps what was measured up to a step, and drops the rest: it is measured again.
     *
     * @param done steps of the checkpoint; less than 0 drops everything
     * @throws MalformedException if a line that is kept is no metric
     */
    void resume(long done) {
        String text = log.read();
        int kept = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', kept)) {
            Metric metric = Metric.parse(text.substring(kept, end), log.file(), metrics.size() + 1);
            if (metric.step() > done) {
                break;
            }
            metrics.add(metric);
            kept = end + 1;
        }
        log.keep(text.substring(0, kept));
    }

    /** What was measured so far, in order. */
    List<Metric> metrics() {
        return Collections.unmodifiableList(metrics);
    }

    /** Adds a line. */
    void add(Metric metric) {
        log.append(metric);
        metrics.add(metric);
    }

    /** Puts all lines on the disk. */
    void flush() {
        log.force();
    }

    /** Lets others train here. */
    @Override
    public void close() {
        log.close();
    }
}
