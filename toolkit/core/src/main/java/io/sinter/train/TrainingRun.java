package io.sinter.train;

import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Runs a {@link Training} from its start, or from where a checkpoint is, to its end. */
public final class TrainingRun {

    private final Training training;
    private final TrainingStep steps;
    private final WeightsNow forward;
    private final TrainingListener listener;
    private Optional<Trained.Measurement> best = Optional.empty();
    private Map<String, TensorData> bestWeights = Map.of();
    private int measuredSinceBest;

    private TrainingRun(Training training, TrainingStep steps, WeightsNow forward, TrainingListener listener) {
        this.training = training;
        this.steps = steps;
        this.forward = forward;
        this.listener = listener;
    }

    /**
     * Runs it.
     *
     * @param folder for checkpoints, metrics and the picture of the losses, or nothing; where it holds checkpoints of this
     *     training, the run goes on from the last
     * @param listener told of every step, on this thread
     * @throws io.sinter.error.VerificationException if a loss or gradient is not finite
     */
    public static Trained run(
            Runtime runtime,
            SessionOptions session,
            Training training,
            Optional<Path> folder,
            TrainingListener listener) {
        try (TrainingStep steps = SteppedTraining.open(runtime, training.graph(), session);
                WeightsNow forward =
                        new WeightsNow(runtime, session, training.graph().forward(), steps::state)) {
            return new TrainingRun(training, steps, forward, listener).run();
        }
    }

    private Trained run() {
        RunOptions options = training.options();
        measure(0);
        long done = 0;
        while (done < options.steps() && !isOver()) {
            listener.stepped(steps.step(training.batches().batch(done)));
            done++;
            if (done % options.measureEvery() == 0 || done == options.steps()) {
                measure(done);
            }
        }
        boolean early = done < options.steps();
        Map<String, TensorData> weights = options.stopping().isPresent() ? bestWeights : weights();
        return new Trained(weights, done, early, best);
    }

    private boolean isOver() {
        return training.options()
                .stopping()
                .map(stopping -> measuredSinceBest >= stopping.patience())
                .orElse(false);
    }

    private void measure(long done) {
        training.dev().ifPresent(dev -> {
            double value = dev.measure(forward);
            listener.measured(done, dev.metric(), value);
            if (best.isEmpty() || dev.better().than(value, best.get().value())) {
                best = Optional.of(new Trained.Measurement(done, value));
                bestWeights = weights();
                measuredSinceBest = 0;
            } else {
                measuredSinceBest++;
            }
        });
    }

    /** A copy of the parameters as they are now. */
    private Map<String, TensorData> weights() {
        Map<String, TensorData> state = steps.state();
        Map<String, TensorData> weights = new LinkedHashMap<>();
        for (String name : training.graph().trained()) {
            weights.put(name, copy(Objects.requireNonNull(state.get(name))));
        }
        return weights;
    }

    private static TensorData copy(TensorData tensor) {
        TensorData copy = TensorData.allocate(tensor.dtype(), tensor.shape());
        copy.data().copyFrom(tensor.data());
        return copy;
    }
}
