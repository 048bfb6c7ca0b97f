package io.sinter.train;

import io.sinter.error.OutputException;
import io.sinter.error.VerificationException;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs a {@link Training} from its start, or from where a checkpoint is, to its end. */
public final class TrainingRun {

    /** Files of its folder that tell how it went: all numbers, and a picture of them. */
    public static final List<String> RECORDS = List.of(MetricsLog.FILE_NAME, LossPicture.FILE_NAME);

    private final Training training;
    private final TrainingStep steps;
    private final Forward forward;
    private final TrainingListener listener;
    private final Optional<TrainingFolder> folder;
    private long done;
    private Optional<Progress.Best> best = Optional.empty();
    private int sinceBest;

    private TrainingRun(
            Training training,
            TrainingStep steps,
            Forward forward,
            TrainingListener listener,
            Optional<TrainingFolder> folder) {
        this.training = training;
        this.steps = steps;
        this.forward = forward;
        this.listener = listener;
        this.folder = folder;
    }

    /**
     * Runs it.
     *
     * @param path a folder for checkpoints ({@code checkpoint-STEP.safetensors}, {@code best-STEP.safetensors}),
     *     {@code metrics.jsonl} and {@code loss.svg}, made where it is missing; or nothing. Where it holds a checkpoint of this
     *     training, the run goes on from that, and on the processor comes to the same weights, bit for bit, as if it had
     *     never ended
     * @param listener told of every step, on this thread
     * @throws VerificationException if a loss, gradient or measurement is not finite
     * @throws OutputException if the folder holds another training, another process trains in it, or it cannot be written
     */
    public static Trained run(
            Runtime runtime,
            SessionOptions session,
            Training training,
            Optional<Path> path,
            TrainingListener listener) {
        if (path.isEmpty()) {
            return run(runtime, session, training, listener, Optional.empty());
        }
        try (TrainingFolder folder = TrainingFolder.open(path.get(), training)) {
            return run(runtime, session, training, listener, Optional.of(folder));
        }
    }

    private static Trained run(
            Runtime runtime,
            SessionOptions session,
            Training training,
            TrainingListener listener,
            Optional<TrainingFolder> folder) {
        Optional<Progress> last = folder.flatMap(TrainingFolder::resume);
        Map<String, TensorData> state =
                last.map(Progress::state).orElse(training.graph().start());
        try (TrainingStep steps = TrainingStep.open(runtime, training.graph(), session, state);
                WeightsNow forward =
                        new WeightsNow(runtime, session, training.graph().forward(), steps::state)) {
            TrainingRun run = new TrainingRun(training, steps, forward, listener, folder);
            last.ifPresentOrElse(run::resume, run::measure);
            return run.toTheEnd();
        }
    }

    private void resume(Progress progress) {
        if (progress.done() > training.options().steps()) {
            throw new OutputException(
                    "training: the folder holds a checkpoint after %d steps, but there are only %d to do; give more steps, or another folder"
                            .formatted(progress.done(), training.options().steps()));
        }
        done = progress.done();
        best = progress.best();
        sinceBest = progress.sinceBest();
        listener.resumed(done);
    }

    private Trained toTheEnd() {
        RunOptions options = training.options();
        int each = training.graph().batches();
        try (Prefetch batches = new Prefetch(training.batches(), done * each, options.steps() * each)) {
            while (!isOver()) {
                step(Stream.generate(batches::next).limit(each).toList());
            }
        }
        Map<String, TensorData> weights =
                options.stopping().isPresent() ? best.orElseThrow().weights() : weights();
        return new Trained(weights, done, done < options.steps(), best.map(Progress.Best::measurement));
    }

    private void step(List<Map<String, TensorData>> batches) {
        RunOptions options = training.options();
        StepReport report = steps.step(batches);
        done = report.step();
        folder.ifPresent(f -> f.stepped(report));
        listener.stepped(report);
        if (done % options.measureEvery() == 0 || done == options.steps()) {
            measure();
        }
        if (done % options.saveEvery() == 0 || isOver()) {
            save();
        }
    }

    private boolean isOver() {
        RunOptions options = training.options();
        return done >= options.steps()
                || options.stopping()
                        .map(stopping -> sinceBest >= stopping.patience())
                        .orElse(false);
    }

    private void measure() {
        training.dev().ifPresent(dev -> {
            double value = dev.measure(forward);
            if (!Double.isFinite(value)) {
                throw new VerificationException("training: after %d steps %s on held-out data is %s: look at that data"
                        .formatted(done, dev.metric(), value));
            }
            folder.ifPresent(f -> f.measured(done, dev.metric(), value));
            listener.measured(done, dev.metric(), value);
            if (best.isEmpty()
                    || dev.better().than(value, best.get().measurement().value())) {
                best = Optional.of(new Progress.Best(new Trained.Measurement(done, value), weights()));
                sinceBest = 0;
            } else {
                sinceBest++;
            }
        });
    }

    private void save() {
        folder.ifPresent(f -> {
            f.save(new Progress(done, steps.state(), best, sinceBest));
            listener.saved(done);
        });
    }

    /** A copy of the parameters as they are now. */
    private Map<String, TensorData> weights() {
        Map<String, TensorData> state = steps.state();
        Map<String, TensorData> weights = new LinkedHashMap<>();
        for (String name : training.graph().trained()) {
            weights.put(name, Objects.requireNonNull(state.get(name)).copy());
        }
        return weights;
    }
}
