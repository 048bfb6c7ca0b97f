package io.sinter.train;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a training leaves on the disk while it runs: checkpoints, {@code metrics.jsonl} and a picture of the losses. */
final class TrainingFolder implements AutoCloseable {

    private final CheckpointFolder checkpoints;
    private final MetricsLog metrics;
    private long timed = System.nanoTime();

    private TrainingFolder(CheckpointFolder checkpoints, MetricsLog metrics) {
        this.checkpoints = checkpoints;
        this.metrics = metrics;
    }

    /**
     * Opens the folder of a training, or makes it.
     *
     * @throws OutputException if another process trains there, or it cannot be written
     */
    static TrainingFolder open(Path path, Training training) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new OutputException(path + ": no folder can be made there: " + e.getMessage(), e);
        }
        CheckpointFolder checkpoints = new CheckpointFolder(path, Identity.of(training), training.graph());
        return new TrainingFolder(checkpoints, MetricsLog.open(path));
    }

    /**
     * Where the training is that was begun here, if one was.
     *
     * @throws OutputException if it is another
     */
    Optional<Progress> resume() {
        Optional<Progress> last = checkpoints.last();
        checkpoints.clean();
        metrics.resume(last.map(Progress::done).orElse(-1L));
        return last;
    }

    /** Notes a step. */
    void stepped(StepReport report) {
        long now = System.nanoTime();
        metrics.add(new Metric.Step(
                report.step(), report.loss(), report.gradientNorm(), report.rate(), (now - timed) / 1e9));
        timed = now;
    }

    /** Notes a measurement. */
    void measured(long step, String metric, double value) {
        metrics.add(new Metric.Dev(step, metric, value));
        timed = System.nanoTime();
    }

    /** Writes a checkpoint, behind all that was noted. */
    void save(Progress progress) {
        metrics.flush();
        checkpoints.save(progress);
        LossPicture.write(checkpoints.path(), metrics.metrics());
        timed = System.nanoTime();
    }

    @Override
    public void close() {
        metrics.close();
    }
}
